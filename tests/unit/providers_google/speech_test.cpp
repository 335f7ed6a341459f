#include "providers/google/speech.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "breakwater/base/base64.hpp"
#include "event_log.hpp"
#include "providers/shared/sound.hpp"

namespace breakwater {
namespace {

using nlohmann::json;
using Lines = std::vector<std::string>;

struct Encoded {
    std::string target;
    json body;
    std::string adapted;
    std::string refused;  ///< the field at fault
    std::unique_ptr<ResponseDecoder> decoder;
};

Encoded encode(const SpeechRequest& request, config::AdaptMode mode = config::AdaptMode::adapt) {
    const Deployment deployment{.name = "d", .provider = "p", .model = "gemini-tts"};
    Adaptations adapted;
    const Secret key;
    const EncodeContext context{.deployment = deployment, .credential = key, .mode = mode, .adapted = adapted};
    auto call = google::encode_speech(request, context, {});
    if (!call) return {.refused = call.error().param};
    return {.target = call->request.target,
            .body = json::parse(call->request.body),
            .adapted = adapted.header_value(),
            .decoder = std::move(call->decoder)};
}

Lines decode(std::string format, const std::string& body) {
    const Encoded encoded = encode({.input = "hi", .format = std::move(format)});
    test::EventLog log;
    EXPECT_TRUE(encoded.decoder->on_head({.status = 200}));
    Result<void> done = encoded.decoder->on_body(body, log);
    if (done) done = encoded.decoder->on_end(log);
    if (!done) log.lines.push_back("fault " + std::string(done.error().code_or_default()));
    return log.lines;
}

constexpr const char* kAnswer = R"({"modelVersion":"m","candidates":[{"content":{"parts":[{"inlineData":
    {"mimeType":"audio/L16;codec=pcm;rate=16000","data":"YWJjZA=="}}]},"finishReason":"STOP"}],
    "usageMetadata":{"promptTokenCount":2,"candidatesTokenCount":48,"totalTokenCount":50}})";

TEST(GoogleSpeech, AVoiceSpeaks) {
    const Encoded encoded =
        encode({.input = "Hello", .voice = "Kore", .instructions = "Say cheerfully", .format = "wav"});
    EXPECT_EQ(encoded.target, "/v1beta/models/gemini-tts:generateContent");
    EXPECT_EQ(encoded.body, json::parse(R"({"contents":[{"role":"user","parts":[{"text":"Say cheerfully: Hello"}]}],
        "generationConfig":{"responseModalities":["AUDIO"],
        "speechConfig":{"voiceConfig":{"prebuiltVoiceConfig":{"voiceName":"Kore"}}}}})"));
    EXPECT_EQ(encoded.adapted, "instructions=mapped");
}

TEST(GoogleSpeech, ASoundIsMadeAsAWhole) {
    EXPECT_TRUE(encode({.input = "a", .format = "wav", .events = true}).decoder->comes_whole());
}

TEST(GoogleSpeech, WhatTheApiLacksIsSaid) {
    EXPECT_EQ(encode({.input = "a", .voice = "alloy", .speed = 2, .events = true}).adapted,
              "voice=mapped, response_format=mapped, speed=dropped, stream_format=emulated");
    EXPECT_EQ(encode({.input = "a", .format = "mp3"}).refused, "response_format");
    EXPECT_EQ(encode({.input = "a", .format = "mp3"}, config::AdaptMode::drop).adapted, "response_format=dropped");
    EXPECT_EQ(encode({.input = "a"}, config::AdaptMode::strict).refused, "response_format");
    EXPECT_EQ(encode({.input = "a", .voice = "voice_1", .own_voice = true, .format = "wav"}).refused, "voice");
}

TEST(GoogleSpeech, SamplesBecomeAWavFileOrStayBare) {
    EXPECT_EQ(decode("pcm", kAnswer),
              (Lines{R"(start "" "m")", R"(bytes audio/pcm "abcd")", "usage input=2 output=48", "end"}));
    EXPECT_EQ(decode("wav", kAnswer), (Lines{R"(start "" "m")", "bytes audio/wav \"" + wav_head(4, 16000) + "\"",
                                             R"(bytes audio/wav "abcd")", "usage input=2 output=48", "end"}));
}

TEST(GoogleSpeech, AnAnswerThatIsNoneIsAFailure) {
    EXPECT_EQ(decode("wav", R"({"promptFeedback":{"blockReason":"SAFETY"}})").back(), "fault content_policy_violation");
    EXPECT_EQ(decode("wav", R"({"promptFeedback":{"blockReason":1}})").back(), "fault content_policy_violation");
    EXPECT_EQ(decode("wav", R"({"promptFeedback":{"blockReason":0}})").back(), "fault upstream_invalid_response");
    EXPECT_EQ(decode("wav", R"({"candidates":[{"finishReason":"SAFETY"}]})").back(), "fault content_policy_violation");
    EXPECT_EQ(decode("wav", "{}").back(), "fault upstream_invalid_response");
    EXPECT_EQ(decode("wav", R"({"candidates":[{"content":{"parts":[{"text":"x"}]}}]})").back(),
              "fault upstream_invalid_response");
    EXPECT_EQ(decode("wav", R"({"candidates":[{"content":{"parts":[{"inlineData":{"data":"?"}}]}}]})").back(),
              "fault upstream_invalid_response");
}

TEST(GoogleSpeech, ALongSoundComesInPieces) {
    const std::string samples(100'000, 'x');
    json answer = json::parse(kAnswer);
    answer["candidates"][0]["content"]["parts"][0]["inlineData"]["data"] = encode_base64(samples);
    const Encoded encoded = encode({.input = "hi", .format = "pcm"});
    struct : EventSink {
        void on_event(const StreamEvent& event) override {
            if (const auto* piece = std::get_if<BytesEvent>(&event)) pieces.emplace_back(piece->bytes);
        }
        Lines pieces;
    } sink;
    ASSERT_TRUE(encoded.decoder->on_head({.status = 200}));
    ASSERT_TRUE(encoded.decoder->on_body(answer.dump(), sink));
    ASSERT_TRUE(encoded.decoder->on_end(sink));
    ASSERT_EQ(sink.pieces.size(), 3u);
    EXPECT_EQ(sink.pieces[0] + sink.pieces[1] + sink.pieces[2], samples);
}

TEST(GoogleSpeech, ASoundThatWasStoppedIsNoAnswer) {
    const auto stopped = [](const char* reason) {
        json answer = json::parse(kAnswer);
        answer["candidates"][0]["finishReason"] = reason;
        return decode("wav", answer.dump());
    };
    EXPECT_EQ(stopped("MAX_TOKENS").back(), "fault upstream_truncated");
    EXPECT_EQ(stopped("SAFETY").back(), "fault content_policy_violation");
    EXPECT_EQ(stopped("PROHIBITED_CONTENT").back(), "fault content_policy_violation");
    EXPECT_EQ(stopped("MALFORMED_RESPONSE").back(), "fault upstream_invalid_response");
    for (const std::string& line : stopped("MAX_TOKENS")) EXPECT_FALSE(line.starts_with("bytes")) << line;
}

}  // namespace
}  // namespace breakwater
