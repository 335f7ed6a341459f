#include <gtest/gtest.h>

#include "support.hpp"

namespace breakwater {
namespace {

using test::encode;
using test::encode_stream;
using test::json;

json response(const json& part, const json& more = json::object()) {
    json candidate{{"content", {{"parts", {part}}, {"role", "model"}}}, {"index", 0}};
    candidate.update(more);
    return {{"candidates", {candidate}}, {"modelVersion", "gpt"}, {"responseId", "r1"}};
}

TEST(GoogleGenerateStream, WritesAResponsePerDelta) {
    const json responses = encode_stream({MessageStart{.model = "gpt"}, TextDelta{0, "One\n"}, TextDelta{0, "two"},
                                          FinishEvent{0, FinishReason::stop, ""},
                                          UsageEvent{{.input_uncached = 3, .output = 4}}, StreamEnd{}});
    json last = response({{"text", ""}}, {{"finishReason", "STOP"}});
    last["usageMetadata"] = {{"promptTokenCount", 3}, {"candidatesTokenCount", 4}, {"totalTokenCount", 7}};
    EXPECT_EQ(responses, json({response({{"text", "One\n"}}), response({{"text", "two"}}), last}));
}

TEST(GoogleGenerateStream, HasCallsWholeAtTheEnd) {
    const json responses =
        encode_stream({MessageStart{.model = "gpt"},
                       ToolCallStart{0, 0, "c1", "f", false, R"({"google":{"thought_signature":"AAAA"}})"},
                       ToolArgsDelta{0, 0, "{\"a\""}, ToolCallStart{0, 1, "c2", "g"}, ToolArgsDelta{0, 1, "{}"},
                       ToolArgsDelta{0, 0, ":1}"}, FinishEvent{0, FinishReason::tool_calls, ""}, StreamEnd{}});
    ASSERT_EQ(responses.size(), 1u);
    EXPECT_EQ(
        responses[0]["candidates"][0]["content"]["parts"],
        json({{{"functionCall", {{"id", "c1"}, {"name", "f"}, {"args", {{"a", 1}}}}}, {"thoughtSignature", "AAAA"}},
              {{"functionCall", {{"id", "c2"}, {"name", "g"}, {"args", json::object()}}}}}));
    EXPECT_EQ(responses[0]["candidates"][0]["finishReason"], "STOP");
}

TEST(GoogleGenerateStream, SealsThoughtsAndTexts) {
    const std::initializer_list<StreamEvent> events{MessageStart{.model = "gpt"},
                                                    ReasoningDelta{0, "Hm."},
                                                    ReasoningEnd{0, "google:dGhv", ""},
                                                    TextDelta{0, "Hi"},
                                                    ReasoningEnd{0, "google:dGV4", ""},
                                                    FinishEvent{},
                                                    StreamEnd{}};
    const json shown = encode_stream(events, true);
    ASSERT_EQ(shown.size(), 5u);
    EXPECT_EQ(shown[0], response({{"text", "Hm."}, {"thought", true}}));
    EXPECT_EQ(shown[1], response({{"thought", true}, {"thoughtSignature", "dGhv"}}));
    EXPECT_EQ(shown[3], response({{"text", ""}, {"thoughtSignature", "dGV4"}}));
    const json hidden = encode_stream(events, false);
    ASSERT_EQ(hidden.size(), 3u);
    EXPECT_EQ(hidden[1], shown[3]);
}

TEST(GoogleGenerateStream, TellsWhatWasBlocked) {
    const json responses =
        encode_stream({RefusalDelta{0, "No."}, FinishEvent{0, FinishReason::content_filter, "SAFETY"}, StreamEnd{}});
    ASSERT_EQ(responses.size(), 1u);
    const json& candidate = responses[0]["candidates"][0];
    EXPECT_EQ(candidate["content"]["parts"], json::array());
    EXPECT_EQ(candidate["finishMessage"], "No.");
}

TEST(GoogleGenerateStream, EndsWithTheError) {
    const json responses =
        encode_stream({TextDelta{0, "a"}, StreamFault{Error(ErrorKind::upstream_stalled, "too slow")}, StreamEnd{}});
    ASSERT_EQ(responses.size(), 2u);
    EXPECT_EQ(responses[1]["error"]["status"], "DEADLINE_EXCEEDED");
    EXPECT_EQ(responses[1]["error"]["code"], 504);
}

TEST(GoogleGenerateStream, HasAFormWithoutEvents) {
    const Ingress& array = google_generate_array_ingress();
    EXPECT_EQ(
        json::parse(encode(array, true, {MessageStart{.model = "gpt"}, TextDelta{0, "a"}, FinishEvent{}, StreamEnd{}})),
        json({response({{"text", "a"}}), response({{"text", ""}}, {{"finishReason", "STOP"}})}));
    const Error error(ErrorKind::overloaded, "full");
    const json broken = json::parse(encode(array, true, {TextDelta{0, "a"}, StreamFault{error}}));
    EXPECT_EQ(broken.at(1)["error"]["status"], "UNAVAILABLE");
    EXPECT_EQ(json::parse(array.encode_stream_error(error, {})).at(0)["error"]["message"], "full");
    EXPECT_EQ(json::parse(array.encode_error(error, {}).body).at(0)["error"]["code"], 503);
}

// Nothing may stand between the responses: the SDKs take comments for parts of one.
TEST(GoogleGenerateStream, DoesNotPing) {
    const auto encoder = google_generate_ingress().make_encoder({.stream = true});
    encoder->ping();
    EXPECT_EQ(encoder->out(), "");
}

}  // namespace
}  // namespace breakwater
