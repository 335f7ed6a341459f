#include <gtest/gtest.h>

#include "support.hpp"

namespace breakwater {
namespace {

using test::encode_whole;
using test::json;

json parts_of(const json& answer) {
    return answer["candidates"][0]["content"]["parts"];
}

TEST(GoogleGenerateJson, WritesAnAnswer) {
    const json answer =
        encode_whole({MessageStart{.id = "x", .model = "gpt"}, TextDelta{0, "Hi \"you\""},
                      FinishEvent{0, FinishReason::stop, "stop"},
                      UsageEvent{{.input_uncached = 5, .cache_read = 4, .output = 10, .reasoning = 7}}, StreamEnd{}});
    EXPECT_EQ(answer, json({{"candidates",
                             {{{"content", {{"parts", {{{"text", "Hi \"you\""}}}}, {"role", "model"}}},
                               {"finishReason", "STOP"},
                               {"index", 0}}}},
                            {"usageMetadata",
                             {{"promptTokenCount", 9},
                              {"candidatesTokenCount", 3},
                              {"totalTokenCount", 19},
                              {"cachedContentTokenCount", 4},
                              {"thoughtsTokenCount", 7}}},
                            {"modelVersion", "gpt"},
                            {"responseId", "r1"}}));
}

TEST(GoogleGenerateJson, WritesCallsWithTheirSignatures) {
    const json answer = encode_whole(
        {TextDelta{0, "I look."}, ToolCallStart{0, 0, "c1", "f", false, R"({"google":{"thought_signature":"AAAA"}})"},
         ToolArgsDelta{0, 0, "{\"a\":\n"}, ToolArgsDelta{0, 0, "1}"}, ToolCallStart{0, 1, "c2", "g"},
         ToolArgsDelta{0, 1, "{}"}, FinishEvent{0, FinishReason::tool_calls, ""}, StreamEnd{}});
    EXPECT_EQ(
        parts_of(answer),
        json({{{"text", "I look."}},
              {{"functionCall", {{"id", "c1"}, {"name", "f"}, {"args", {{"a", 1}}}}}, {"thoughtSignature", "AAAA"}},
              {{"functionCall", {{"id", "c2"}, {"name", "g"}, {"args", json::object()}}}}}));
    EXPECT_EQ(answer["candidates"][0]["finishReason"], "STOP");
    EXPECT_FALSE(answer.contains("usageMetadata")) << "what nobody counted is left out";
}

TEST(GoogleGenerateJson, WrapsArgumentsThatAreNoObject) {
    const auto args = [](std::string_view text, bool custom = false) {
        return parts_of(
            encode_whole({ToolCallStart{0, 0, "c", "f", custom}, ToolArgsDelta{0, 0, text},
                          FinishEvent{0, FinishReason::length, ""}, StreamEnd{}}))[0]["functionCall"]["args"];
    };
    EXPECT_EQ(args("{\"a\":"), json({{"_raw", "{\"a\":"}}));
    EXPECT_EQ(args("[1]"), json({{"_raw", "[1]"}}));
    EXPECT_EQ(args("{\"a\":1,\"a\":2}"), json({{"_raw", "{\"a\":1,\"a\":2}"}}));
    EXPECT_EQ(args("words", true), json({{"input", "words"}}));
}

TEST(GoogleGenerateJson, ShowsThoughtsToThoseWhoAsked) {
    const std::initializer_list<StreamEvent> events{ReasoningDelta{0, "First."},
                                                    ReasoningEnd{0, "google:dGhv", ""},
                                                    ReasoningDelta{0, "Then."},
                                                    TextDelta{0, "Hi"},
                                                    ReasoningEnd{0, "", ""},
                                                    ReasoningEnd{0, "google:dGV4", ""},
                                                    FinishEvent{},
                                                    StreamEnd{}};
    EXPECT_EQ(parts_of(encode_whole(events, true)),
              json({{{"text", "First."}, {"thought", true}, {"thoughtSignature", "dGhv"}},
                    {{"text", "Then."}, {"thought", true}},
                    {{"text", "Hi"}, {"thoughtSignature", "dGV4"}}}));
    EXPECT_EQ(parts_of(encode_whole(events, false)), json({{{"text", "Hi"}, {"thoughtSignature", "dGV4"}}}));
}

TEST(GoogleGenerateJson, SaysWhyItEnded) {
    const auto candidate = [](std::initializer_list<StreamEvent> events) {
        return encode_whole(events)["candidates"][0];
    };
    EXPECT_EQ(candidate({TextDelta{0, "a"}, FinishEvent{0, FinishReason::length, ""}, StreamEnd{}})["finishReason"],
              "MAX_TOKENS");
    EXPECT_EQ(candidate({FinishEvent{0, FinishReason::content_filter, "RECITATION"}, StreamEnd{}})["finishReason"],
              "RECITATION");
    const json blocked = candidate({RefusalDelta{0, "No."}, FinishEvent{0, FinishReason::stop, ""}, StreamEnd{}});
    EXPECT_EQ(blocked["finishReason"], "SAFETY");
    EXPECT_EQ(blocked["finishMessage"], "No.");
    EXPECT_EQ(blocked["content"]["parts"], json::array());
    EXPECT_EQ(candidate({ReasoningDelta{0, "a"}, FinishEvent{}, StreamEnd{}})["content"]["parts"],
              json({{{"text", ""}}}))
        << "an answer that was only thought is an answer";
}

TEST(GoogleGenerateJson, WritesLogprobsAndPages) {
    const json answer = encode_whole(
        {TextDelta{0, "a"},
         LogprobsEvent{0,
                       R"({"content":[{"token":"a","logprob":-0.5,"top_logprobs":[{"token":"b","logprob":-1.0}]}]})"},
         AnnotationEvent{0, R"({"type":"url_citation","url_citation":{"url":"https://h","title":"H"}})"}, FinishEvent{},
         StreamEnd{}});
    const json& candidate = answer["candidates"][0];
    EXPECT_EQ(candidate["avgLogprobs"], -0.5);
    EXPECT_EQ(candidate["logprobsResult"]["chosenCandidates"], json({{{"token", "a"}, {"logProbability", -0.5}}}));
    EXPECT_EQ(candidate["logprobsResult"]["topCandidates"][0]["candidates"],
              json({{{"token", "b"}, {"logProbability", -1.0}}}));
    EXPECT_EQ(candidate["groundingMetadata"]["groundingChunks"],
              json({{{"web", {{"uri", "https://h"}, {"title", "H"}}}}}));
}

TEST(GoogleGenerateJson, WritesSeveralCandidates) {
    const json answer =
        encode_whole({TextDelta{1, "b"}, TextDelta{0, "a"}, FinishEvent{0}, FinishEvent{1}, StreamEnd{}});
    ASSERT_EQ(answer["candidates"].size(), 2u);
    EXPECT_EQ(answer["candidates"][1]["index"], 1);
    EXPECT_EQ(answer["candidates"][1]["content"]["parts"][0]["text"], "b");
}

}  // namespace
}  // namespace breakwater
