#include "providers/openai/speech.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "event_log.hpp"

namespace breakwater {
namespace {

using nlohmann::json;
using Lines = std::vector<std::string>;

struct Encoded {
    json body;
    std::string adapted;
    std::unique_ptr<ResponseDecoder> decoder;
};

Encoded encode(const SpeechRequest& request, std::string model = "gpt-4o-mini-tts", bool official = true) {
    const Deployment deployment{.name = "d", .provider = "p", .model = std::move(model)};
    Adaptations adapted;
    const Secret key;
    const EncodeContext context{
        .deployment = deployment, .credential = key, .mode = config::AdaptMode::adapt, .adapted = adapted};
    config::Quirks quirks;
    quirks.official = official;
    auto call = openai::encode_speech(request, context, quirks);
    EXPECT_TRUE(call);
    return {.body = json::parse(call->request.body),
            .adapted = adapted.header_value(),
            .decoder = std::move(call->decoder)};
}

/// In pieces of `piece_bytes`.
Lines decode(std::string_view content_type, const std::string& body, std::size_t piece_bytes = 1000) {
    const Encoded encoded = encode({.input = "hi", .format = "wav"});
    test::EventLog log;
    HttpResponseHead head{.status = 200};
    head.headers.add("content-type", content_type);
    Result<void> done = encoded.decoder->on_head(head);
    for (std::size_t at = 0; at < body.size() && done; at += piece_bytes)
        done = encoded.decoder->on_body(body.substr(at, piece_bytes), log);
    if (done) done = encoded.decoder->on_end(log);
    if (!done) log.lines.push_back("fault " + std::string(done.error().code_or_default()));
    return log.lines;
}

TEST(Speech, EveryMemberIsWritten) {
    const SpeechRequest request{.input = "hi",
                                .voice = "alloy",
                                .instructions = "softly",
                                .format = "wav",
                                .speed = 1.5,
                                .events = true,
                                .extensions = {{"language", "\"en\""}}};
    EXPECT_EQ(encode(request).body, (json{{"model", "gpt-4o-mini-tts"},
                                          {"input", "hi"},
                                          {"voice", "alloy"},
                                          {"instructions", "softly"},
                                          {"response_format", "wav"},
                                          {"speed", 1.5},
                                          {"stream_format", "sse"},
                                          {"language", "en"}}));
    EXPECT_EQ(encode({.input = "hi", .voice = "voice_1", .own_voice = true}).body["voice"], (json{{"id", "voice_1"}}));
}

TEST(Speech, EventsAreMadeHereWhereTheServerHasNone) {
    for (const bool official : {true, false}) {
        const Encoded encoded = encode({.input = "hi", .events = true}, official ? "tts-1-hd" : "kokoro", official);
        EXPECT_FALSE(encoded.body.contains("stream_format"));
        EXPECT_EQ(encoded.adapted, "stream_format=emulated");
    }
}

TEST(Speech, EventsAreMadeHereForDeploymentsOfAzureAndOldModels) {
    for (const bool azure : {true, false}) {
        Deployment deployment{.name = "d", .provider = "p", .model = "voice"};
        deployment.facts.id = azure ? "gpt-4o-mini-tts" : "tts-1";
        Adaptations adapted;
        const Secret key;
        config::Quirks quirks;
        quirks.official = true;
        if (azure) quirks.urls = config::UrlForm::azure;
        const auto call = openai::encode_speech(
            {.input = "hi", .events = true},
            {.deployment = deployment, .credential = key, .mode = config::AdaptMode::adapt, .adapted = adapted},
            quirks);
        ASSERT_TRUE(call);
        EXPECT_FALSE(json::parse(call->request.body).contains("stream_format"));
        EXPECT_EQ(adapted.header_value(), "stream_format=emulated");
    }
}

TEST(Speech, BytesGoOnAsTheyCome) {
    EXPECT_EQ(decode("audio/wav", "RIFFxx", 4), (Lines{"bytes audio/wav \"RIFF\"", "bytes audio/wav \"xx\"", "end"}));
    EXPECT_EQ(decode("text/html", "<p>").back(), "fault upstream_invalid_response");
}

TEST(Speech, EventsBecomeTheirBytes) {
    const std::string stream =
        "data: {\"type\":\"speech.audio.delta\",\"audio\":\"UklGRg==\"}\n\n"
        "data: {\"type\":\"speech.audio.delta\",\"audio\":\"eHg=\"}\n\n"
        "data: "
        "{\"type\":\"speech.audio.done\",\"usage\":{\"input_tokens\":3,\"output_tokens\":5,\"total_tokens\":8}}\n\n";
    const Lines expected{"bytes audio/wav \"RIFF\"", "bytes audio/wav \"xx\"", "usage input=3 output=5", "end"};
    for (const std::size_t piece : {1u, 7u, 1000u}) EXPECT_EQ(decode("text/event-stream", stream, piece), expected);
}

TEST(Speech, TheLastEventIsTheEnd) {
    const std::string rest = "\n\ndata: {\"type\":\"speech.audio.delta\",\"audio\":\"eHg=\"}\n\ndata: {";
    const Encoded encoded = encode({.input = "hi", .format = "wav"});
    test::EventLog log;
    HttpResponseHead head{.status = 200};
    head.headers.add("content-type", "text/event-stream");
    ASSERT_TRUE(encoded.decoder->on_head(head));
    ASSERT_TRUE(encoded.decoder->on_body("data: {\"type\":\"speech.audio.done\"}\n\n", log));
    EXPECT_EQ(log.lines, Lines{"end"});
    EXPECT_TRUE(encoded.decoder->on_body(rest, log));
    EXPECT_TRUE(encoded.decoder->on_end(log));
    EXPECT_EQ(log.lines, Lines{"end"});
}

TEST(Speech, CountsThatNobodyCanBelieveAreBounded) {
    EXPECT_EQ(decode("text/event-stream",
                     "data: {\"type\":\"speech.audio.done\",\"usage\":{\"input_tokens\":9223372036854775807,"
                     "\"output_tokens\":9223372036854775807}}\n\n"),
              (Lines{"usage input=281474976710656 output=281474976710656", "end"}));
    EXPECT_EQ(decode("text/event-stream",
                     "data: {\"type\":\"speech.audio.done\",\"usage\":{\"prompt_tokens\":3,"
                     "\"completion_tokens\":5}}\n\n"),
              (Lines{"usage input=3 output=5", "end"}));
    EXPECT_EQ(decode("text/event-stream",
                     "data: {\"type\":\"speech.audio.done\",\"usage\":{\"input_tokens\":0,\"output_tokens\":-1}}\n\n"),
              Lines{"end"});
}

TEST(Speech, EventsWithoutWordsAreSkipped) {
    EXPECT_EQ(decode("text/event-stream",
                     "data:\n\ndata:  \n\ndata: {\"type\":\"speech.audio.delta\",\"audio\":\"eHg=\"}\n\n"
                     "data: {\"type\":\"speech.audio.done\"}\n\n"),
              (Lines{"bytes audio/wav \"xx\"", "end"}));
}

TEST(Speech, EventsCalledErrorAreFailures) {
    for (const char* data : {"{\"message\":\"no\"}", "no"})
        EXPECT_EQ(decode("text/event-stream", "event: error\ndata: " + std::string(data) + "\n\n").back(),
                  "fault upstream_error")
            << data;
}

TEST(Speech, AStreamOfEventsThatBreaksOffIsAFailure) {
    const std::string first = "data: {\"type\":\"speech.audio.delta\",\"audio\":\"eHg=\"}\n\n";
    EXPECT_EQ(decode("text/event-stream", first).back(), "fault upstream_truncated");
    EXPECT_EQ(decode("text/event-stream", first + "data: {\n\n").back(), "fault upstream_invalid_response");
    EXPECT_EQ(decode("text/event-stream", "data: {\"type\":\"speech.audio.delta\",\"audio\":\"?\"}\n\n").back(),
              "fault upstream_invalid_response");
    EXPECT_EQ(
        decode("text/event-stream", "data: {\"error\":{\"message\":\"no\",\"type\":\"server_error\"}}\n\n").back(),
        "fault upstream_error");
}

}  // namespace
}  // namespace breakwater
