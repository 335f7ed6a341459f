#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "breakwater/base/base64.hpp"
#include "breakwater/providers/provider.hpp"
#include "breakwater/wire/multipart.hpp"
#include "event_log.hpp"
#include "providers/google/module.hpp"

namespace breakwater {
namespace {

using nlohmann::json;
using Lines = std::vector<std::string>;

constexpr std::string_view kBoundary = "b";
constexpr std::string_view kSound = "ID3 a sound";

std::string field(std::string_view name, std::string_view content, std::string_view more = "") {
    std::string part = "--b\r\nContent-Disposition: form-data; name=\"";
    return part.append(name).append("\"").append(more).append("\r\n\r\n").append(content).append("\r\n");
}

/// A form whose file is long, or shorter than a field beside it.
TranscriptionRequest recording(std::string fields, bool file_is_longest = true) {
    TranscriptionRequest request;
    std::string file = field("file", kSound, "; filename=\"a.mp3\"");
    request.form.boundary = kBoundary;
    request.form.fields = file_is_longest ? fields : file;
    request.form.text =
        std::make_shared<const std::string>("rest" + (file_is_longest ? file : fields) + form_end(kBoundary));
    request.form.file_at = 4;
    return request;
}

struct Asked {
    json body;
    std::string target;
    std::string adapted;
    std::string refused;  ///< the field at fault
    std::unique_ptr<ResponseDecoder> decoder;
};

Asked ask(const TranscriptionRequest& request, config::AdaptMode mode = config::AdaptMode::adapt) {
    const auto provider = make_google_provider({});
    Deployment deployment{.name = "d", .provider = "p", .model = "gemini"};
    Adaptations adapted;
    const Secret key;
    auto call =
        provider->transcribe(request, {.deployment = deployment, .credential = key, .mode = mode, .adapted = adapted});
    if (!call) return {.refused = call.error().param};
    return {.body = json::parse(call->request.body),
            .target = call->request.target,
            .adapted = adapted.header_value(),
            .decoder = std::move(call->decoder)};
}

Lines read(const TranscriptionRequest& request, const std::string& answer) {
    const Asked asked = ask(request);
    test::EventLog log;
    EXPECT_TRUE(asked.decoder->on_head({.status = 200}));
    Result<void> done = asked.decoder->on_body(answer, log);
    if (done) done = asked.decoder->on_end(log);
    if (!done) log.lines.push_back("fault " + std::string(done.error().code_or_default()));
    return log.lines;
}

bool holds(const Lines& lines, std::string_view what) {
    return std::ranges::any_of(lines, [what](const std::string& line) { return line.contains(what); });
}

std::string said(std::string_view text, std::string_view finish = "STOP") {
    return R"({"candidates":[{"content":{"parts":[{"text":")" + std::string(text) + R"("}]},"finishReason":")" +
           std::string(finish) + R"("}],"usageMetadata":{"promptTokenCount":7,"candidatesTokenCount":2}})";
}

TEST(GoogleTranscription, TheRecordingAndWhatToDoWithIt) {
    for (const bool file_is_longest : {true, false}) {
        const Asked asked = ask(recording(field("language", "de") + field("temperature", "0"), file_is_longest));
        ASSERT_TRUE(asked.decoder) << asked.refused;
        const json& parts = asked.body["contents"][0]["parts"];
        EXPECT_EQ(parts[0]["inlineData"]["mimeType"], "audio/mp3");
        EXPECT_EQ(decode_base64(parts[0]["inlineData"]["data"].get<std::string>()), kSound);
        EXPECT_TRUE(parts[1]["text"].get<std::string>().contains("The language is: de.")) << parts[1];
        EXPECT_EQ(asked.body["generationConfig"]["temperature"], 0);
        EXPECT_EQ(asked.target, "/v1beta/models/gemini:generateContent");
    }
}

TEST(GoogleTranscription, WhatItCannotGiveIsRefusedOrDropped) {
    TranscriptionRequest subtitles = recording({});
    subtitles.response_format = "vtt";
    EXPECT_EQ(ask(subtitles).refused, "response_format");
    EXPECT_EQ(ask(subtitles, config::AdaptMode::drop).adapted, "response_format=dropped");
    EXPECT_EQ(ask(recording(field("include[]", "logprobs"))).refused, "include[]");
    EXPECT_EQ(ask(recording(field("temperature", "hot"))).refused, "temperature");
    EXPECT_EQ(ask(recording(field("chunking_strategy", "auto"))).adapted, "chunking_strategy=dropped");
}

TEST(GoogleTranscription, AWholeTranscriptIsOneObject) {
    const Lines lines = read(recording({}), said("Good day"));
    EXPECT_TRUE(holds(lines, R"({"text":"Good day","usage":{"type":"tokens","input_tokens":7,"output_tokens":2,)"
                             R"("total_tokens":9}})"))
        << testing::PrintToString(lines);
}

TEST(GoogleTranscription, WhatWasCutOrHeldBackIsNone) {
    EXPECT_TRUE(holds(read(recording({}), said("Good", "MAX_TOKENS")), "fault upstream_truncated"));
    EXPECT_TRUE(holds(read(recording({}), said("Good", "SAFETY")), "fault content_policy_violation"));
    EXPECT_FALSE(holds(read(recording({}), said("Good", "SAFETY")), "Good"));
}

}  // namespace
}  // namespace breakwater
