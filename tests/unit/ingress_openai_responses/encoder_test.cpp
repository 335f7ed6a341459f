#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "event_reader.hpp"

namespace breakwater {
namespace {

using test::context;
using test::decoded;
using test::encode;
using test::EventReader;
using test::json;
using testing::ElementsAre;

EventReader streamed(std::initializer_list<StreamEvent> events) {
    EventReader reader;
    reader.read(encode(context(true), events));
    EXPECT_THAT(reader.problems, ElementsAre());
    return reader;
}

TEST(ResponsesEncoder, NamesTheEventsOfATextInOrder) {
    const EventReader reader =
        streamed({TextDelta{0, "Hi"}, TextDelta{0, " you"}, FinishEvent{0, FinishReason::stop, {}}, StreamEnd{}});
    EXPECT_THAT(reader.types,
                ElementsAre("response.created", "response.in_progress", "response.output_item.added",
                            "response.content_part.added", "response.output_text.delta", "response.output_text.delta",
                            "response.output_text.done", "response.content_part.done", "response.output_item.done",
                            "response.completed"));
    EXPECT_EQ(reader.last["output"][0]["content"][0]["text"], "Hi you");
    EXPECT_EQ(reader.last["output"][0]["id"], "msg_abc_0");
}

TEST(ResponsesEncoder, NamesTheEventsOfACallInOrder) {
    const EventReader reader =
        streamed({ToolCallStart{0, 0, "call_1", "f"}, ToolArgsDelta{0, 0, "{\"a\""}, ToolArgsDelta{0, 0, ":1}"},
                  FinishEvent{0, FinishReason::tool_calls, {}}, StreamEnd{}});
    EXPECT_THAT(
        reader.types,
        ElementsAre("response.created", "response.in_progress", "response.output_item.added",
                    "response.function_call_arguments.delta", "response.function_call_arguments.delta",
                    "response.function_call_arguments.done", "response.output_item.done", "response.completed"));
    EXPECT_EQ(reader.last["output"][0]["call_id"], "call_1");
}

TEST(ResponsesEncoder, TellsSummariesAndTheModelsOwnThoughtsApart) {
    const EventReader summary =
        streamed({ReasoningDelta{0, "hm"}, ReasoningEnd{0, "sig"}, TextDelta{0, "x"}, StreamEnd{}});
    EXPECT_EQ(summary.types[3], "response.reasoning_summary_part.added");
    EXPECT_EQ(summary.last["output"][0]["summary"][0]["text"], "hm");
    EXPECT_EQ(summary.last["output"][0]["encrypted_content"], "breakwater.signature:sig");
    const EventReader thought = streamed({ReasoningDelta{0, "hm", true}, TextDelta{0, "x"}, StreamEnd{}});
    EXPECT_EQ(thought.types[4], "response.reasoning_text.delta");
    EXPECT_EQ(thought.last["output"][0]["content"][0]["text"], "hm");
}

TEST(ResponsesEncoder, EndsOneCallBeforeTheNextHoweverTheyCame) {
    const EventReader reader =
        streamed({ToolCallStart{0, 0, "a", "f"}, ToolArgsDelta{0, 0, "{\"x\":"}, ToolCallStart{0, 1, "b", "g"},
                  ToolArgsDelta{0, 1, "{}"}, ToolArgsDelta{0, 0, "1}"}, FinishEvent{0, FinishReason::tool_calls, {}},
                  StreamEnd{}});
    EXPECT_EQ(reader.last["output"][0]["arguments"], "{\"x\":1}");
    EXPECT_EQ(reader.last["output"][1]["arguments"], "{}");
}

TEST(ResponsesEncoder, EndsACallWithoutArgumentsBeforeWhatFollowsIt) {
    const EventReader reader = streamed({ToolCallStart{0, 0, "a", "f"}, TextDelta{0, "x"}, ToolArgsDelta{0, 0, "{}"},
                                         FinishEvent{0, FinishReason::tool_calls, {}}, StreamEnd{}});
    EXPECT_EQ(reader.types.back(), "response.completed");
    EXPECT_EQ(reader.last["output"][0]["arguments"], "{}");
    EXPECT_EQ(reader.last["output"][1]["content"][0]["text"], "x");
}

TEST(ResponsesEncoder, RefusesArgumentsOfACallThatIsDone) {
    EventReader reader;
    reader.read(encode(context(true), {ToolCallStart{0, 0, "a", "f"}, ToolArgsDelta{0, 0, "{}"}, TextDelta{0, "x"},
                                       ToolArgsDelta{0, 0, "{}"}}));
    EXPECT_EQ(reader.error["code"], "upstream_invalid_response");
    EXPECT_EQ(reader.types.back(), "response.failed");
}

TEST(ResponsesEncoder, SaysWhyAnAnswerIsIncomplete) {
    const EventReader reader = streamed({TextDelta{0, "Hi"}, FinishEvent{0, FinishReason::length, {}}, StreamEnd{}});
    EXPECT_EQ(reader.types.back(), "response.incomplete");
    EXPECT_EQ(reader.last["incomplete_details"]["reason"], "max_output_tokens");
    EXPECT_EQ(reader.last["output"][0]["status"], "incomplete");
}

TEST(ResponsesEncoder, BreaksOffWithoutEndingWhatIsOpen) {
    EventReader reader;
    reader.read(encode(context(true), {ToolCallStart{0, 0, "a", "f"}, ToolArgsDelta{0, 0, "{"},
                                       StreamFault{Error(ErrorKind::upstream_error, "broken")}}));
    EXPECT_THAT(reader.problems, ElementsAre());
    EXPECT_EQ(reader.error["message"], "broken");
    EXPECT_EQ(reader.last["status"], "failed");
    EXPECT_EQ(reader.last["error"]["message"], "broken");
    EXPECT_TRUE(reader.last["output"].empty());
    EXPECT_EQ(std::ranges::count(reader.types, "response.output_item.done"), 0);
}

TEST(ResponsesEncoder, PutsLogProbabilitiesIntoTheEventOfTheirText) {
    const EventReader reader =
        streamed({TextDelta{0, "a"}, LogprobsEvent{0, R"({"content":[{"token":"a","logprob":-1}]})"}, TextDelta{0, "b"},
                  StreamEnd{}});
    EXPECT_EQ(reader.last["output"][0]["content"][0]["logprobs"].size(), 1);
    EXPECT_EQ(std::ranges::count(reader.types, "response.output_text.delta"), 2);
}

TEST(ResponsesEncoder, FlattensCitationsAndCountsWithinThePart) {
    const char* nested =
        R"({"type":"url_citation","url_citation":{"start_index":2,"end_index":3,"url":"u","title":"t"}})";
    const EventReader reader = streamed({TextDelta{0, "ab"}, ToolCallStart{0, 0, "a", "f"}, ToolArgsDelta{0, 0, "{}"},
                                         TextDelta{0, "c"}, AnnotationEvent{0, nested}, StreamEnd{}});
    const json citation = reader.last["output"][2]["content"][0]["annotations"][0];
    EXPECT_EQ(citation, json::parse(R"({"type":"url_citation","start_index":0,"end_index":1,"url":"u","title":"t"})"));
}

TEST(ResponsesEncoder, HandsItemsOfTheProviderOn) {
    const EventReader reader = streamed(
        {NativeItem{R"({"id":"ws_1","type":"web_search_call","status":"completed"})"}, TextDelta{0, "x"}, StreamEnd{}});
    EXPECT_EQ(reader.last["output"][0]["id"], "ws_1");
}

TEST(ResponsesEncoder, RepeatsWhatWasAsked) {
    const ChatRequest request = decoded(json::parse(R"({
        "instructions": "Be brief.", "max_output_tokens": 99, "metadata": {"a": "b"}, "parallel_tool_calls": false,
        "reasoning": {"effort": "low", "summary": "auto"}, "temperature": 0.5, "truncation": "auto", "user": "u",
        "tools": [{"type": "function", "name": "f", "parameters": {"type": "object"}}, {"type": "web_search"},
                  {"type": "custom", "name": "c", "format": {"type": "grammar", "syntax": "regex", "definition": "a+"}}],
        "tool_choice": {"type": "function", "name": "f"},
        "text": {"format": {"type": "json_schema", "name": "n", "schema": {"type": "object"}}, "verbosity": "low"}
    })"));
    test::Kept kept;
    const std::string out = encode(context(false, &request, &kept), {TextDelta{0, "Hi"}, StreamEnd{}});
    const json response = json::parse(out);
    EXPECT_EQ(kept.answer, out);
    EXPECT_EQ(response["instructions"], "Be brief.");
    EXPECT_EQ(response["max_output_tokens"], 99);
    EXPECT_EQ(response["metadata"]["a"], "b");
    EXPECT_EQ(response["parallel_tool_calls"], false);
    EXPECT_EQ(response["reasoning"], json::parse(R"({"effort":"low","summary":"auto"})"));
    EXPECT_EQ(response["temperature"], 0.5);
    EXPECT_EQ(response["truncation"], "auto");
    EXPECT_EQ(response["store"], true);
    EXPECT_EQ(response["tools"][0]["name"], "f");
    EXPECT_EQ(response["tools"][1]["type"], "web_search");
    EXPECT_EQ(response["tools"][2]["format"]["syntax"], "regex");
    EXPECT_EQ(response["tool_choice"], json::parse(R"({"type":"function","name":"f"})"));
    EXPECT_EQ(response["text"]["format"]["name"], "n");
    EXPECT_EQ(response["text"]["verbosity"], "low");
    EXPECT_EQ(response["top_p"], nullptr);
}

TEST(ResponsesEncoder, LeavesUnknownCountsUnknown) {
    const std::string out =
        encode(context(false), {TextDelta{0, "Hi"}, UsageEvent{{.input_uncached = 3, .output = 4}}, StreamEnd{}});
    const json usage = json::parse(out)["usage"];
    EXPECT_EQ(usage["input_tokens"], 3);
    EXPECT_EQ(usage["total_tokens"], 7);
    EXPECT_EQ(usage["input_tokens_details"]["cached_tokens"], nullptr);
    EXPECT_EQ(json::parse(encode(context(false), {TextDelta{0, "Hi"}, StreamEnd{}}))["usage"], nullptr);
}

TEST(ResponsesEncoder, SaysNothingBeforeContent) {
    EXPECT_EQ(encode(context(true), {MessageStart{.model = "m"}}), "");
}

TEST(ResponsesIngress, SaysAnErrorInAStreamThatHasNoEvent) {
    EventReader reader;
    reader.read(openai_responses_ingress().encode_stream_error(Error(ErrorKind::upstream_error, "broken"), {}));
    EXPECT_THAT(reader.problems, ElementsAre());
    EXPECT_EQ(reader.error["message"], "broken");
}

}  // namespace
}  // namespace breakwater
