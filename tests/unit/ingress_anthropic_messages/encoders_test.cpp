#include <gtest/gtest.h>

#include "messages_support.hpp"

namespace breakwater {
namespace {

using test::context;
using test::encode;
using test::events_of;
using test::json;

/// A request that asks for reasoning, or does not.
ChatRequest asking(bool thinking) {
    ChatRequest request;
    request.messages.push_back({.role = Role::user, .parts = {TextPart{.text = "How is Oslo today?"}}});
    if (thinking) request.reasoning.budget_tokens = 1024;
    return request;
}

json whole(const ChatRequest& request, std::initializer_list<StreamEvent> events) {
    return json::parse(encode(context(false, &request), events));
}

std::vector<json> streamed(const ChatRequest& request, std::initializer_list<StreamEvent> events) {
    return events_of(encode(context(true, &request), events));
}

std::vector<std::string> types_of(const std::vector<json>& events) {
    std::vector<std::string> types;
    for (const json& event : events) {
        std::string type = event.at("type");
        if (event.contains("index")) type += " " + std::to_string(event["index"].get<int>());
        if (event.contains("delta") && event["delta"].contains("type")) type += " " + event["delta"].value("type", "");
        types.push_back(std::move(type));
    }
    return types;
}

const UsageEvent kUsage{{.input_uncached = 11, .cache_read = 5, .output = 7}};

TEST(MessagesEncoders, AWholeAnswerHasItsBlocksInOrder) {
    const json answer =
        whole(asking(true),
              {MessageStart{.model = "claude-x", .service_tier = "standard"}, ReasoningDelta{0, "Think."},
               ReasoningEnd{0, "sig1", ""}, TextDelta{0, "I "}, TextDelta{0, "look."}, ReasoningEnd{0, "", "sealed"},
               ToolCallStart{.index = 0, .id = "t1", .name = "f"}, ToolArgsDelta{0, 0, "{\"a\":"},
               ToolArgsDelta{0, 0, "1}"}, FinishEvent{0, FinishReason::tool_calls, "tool_use"}, kUsage, StreamEnd{}});
    EXPECT_EQ(answer, json::parse(R"({"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[
        {"type":"thinking","thinking":"Think.","signature":"sig1"},
        {"type":"text","text":"I look."},
        {"type":"redacted_thinking","data":"sealed"},
        {"type":"tool_use","id":"t1","name":"f","input":{"a":1}}],
        "stop_reason":"tool_use","stop_sequence":null,
        "usage":{"input_tokens":11,"cache_creation_input_tokens":null,"cache_read_input_tokens":5,"output_tokens":7,
                 "service_tier":"standard"}})"));
}

TEST(MessagesEncoders, AStreamHasTheSameBlocksOneAfterTheOther) {
    const auto events =
        streamed(asking(true),
                 {MessageStart{.model = "claude-x"}, ReasoningDelta{0, "Think."}, ReasoningEnd{0, "sig1", ""},
                  TextDelta{0, "Gr\"ey"}, ToolCallStart{.index = 0, .id = "t1", .name = "f"}, ToolArgsDelta{0, 0, "{}"},
                  FinishEvent{0, FinishReason::tool_calls, "tool_calls"}, kUsage, StreamEnd{}});
    EXPECT_EQ(types_of(events),
              (std::vector<std::string>{
                  "message_start", "content_block_start 0", "content_block_delta 0 thinking_delta",
                  "content_block_delta 0 signature_delta", "content_block_stop 0", "content_block_start 1",
                  "content_block_delta 1 text_delta", "content_block_stop 1", "content_block_start 2",
                  "content_block_delta 2 input_json_delta", "content_block_stop 2", "message_delta", "message_stop"}));
    EXPECT_EQ(events[0]["message"]["model"], "claude-x");
    EXPECT_GT(events[0]["message"]["usage"]["input_tokens"], 0);
    EXPECT_EQ(events[0]["message"]["usage"]["estimated"], true);
    EXPECT_EQ(events[6]["delta"]["text"], "Gr\"ey");
    EXPECT_EQ(events[11]["delta"]["stop_reason"], "tool_use");
    EXPECT_EQ(events[11]["usage"]["input_tokens"], 11);
    EXPECT_FALSE(events[11]["usage"].contains("estimated"));
}

TEST(MessagesEncoders, NothingIsWrittenBeforeThereIsContent) {
    EXPECT_EQ(encode(context(true), {MessageStart{.model = "x"}, MessageStart{.service_tier = "priority"}}), "");
}

TEST(MessagesEncoders, CallsThatComeInTurnsAreToldOneAfterTheOther) {
    const auto events =
        streamed(asking(false), {ToolCallStart{.index = 0, .id = "a", .name = "f"}, ToolArgsDelta{0, 0, "{\"x\":\"}"},
                                 ToolCallStart{.index = 1, .id = "b", .name = "g"}, ToolArgsDelta{0, 1, "{\"y\":"},
                                 TextDelta{0, "Now."}, ToolArgsDelta{0, 0, "\\\"\"}"}, ToolArgsDelta{0, 1, "2}"},
                                 FinishEvent{0, FinishReason::tool_calls, ""}, StreamEnd{}});
    std::vector<std::string> arguments(2);
    int open = -1;
    for (const json& event : events) {
        const std::string type = event["type"];
        if (type == "content_block_start") {
            EXPECT_EQ(open, -1);
            open = event["index"];
        } else if (type == "content_block_stop") {
            EXPECT_EQ(open, event["index"]);
            open = -1;
        } else if (type == "content_block_delta") {
            EXPECT_EQ(open, event["index"]);
            if (open < 2) arguments[static_cast<std::size_t>(open)] += event["delta"]["partial_json"];
            if (open == 2) EXPECT_EQ(event["delta"]["text"], "Now.");
        }
    }
    EXPECT_EQ(arguments, (std::vector<std::string>{R"({"x":"}\""})", R"({"y":2})"}));
}

TEST(MessagesEncoders, ReasoningThatNobodyAskedForIsToldOnlyIfItMustComeBack) {
    const std::initializer_list<StreamEvent> unsealed{ReasoningDelta{0, "Think."}, ReasoningEnd{}, TextDelta{0, "Hi"},
                                                      FinishEvent{}, StreamEnd{}};
    EXPECT_EQ(whole(asking(false), unsealed)["content"], json::parse(R"([{"type":"text","text":"Hi"}])"));
    EXPECT_EQ(streamed(asking(false), unsealed)[1]["content_block"]["type"], "text");
    const std::initializer_list<StreamEvent> sealed{ReasoningDelta{0, "Think."}, ReasoningEnd{0, "s", ""},
                                                    TextDelta{0, "Hi"}, FinishEvent{}, StreamEnd{}};
    EXPECT_EQ(whole(asking(false), sealed)["content"][0]["thinking"], "Think.");
    const auto events = streamed(asking(false), sealed);
    EXPECT_EQ(events[2]["delta"]["thinking"], "Think.");
    EXPECT_EQ(events[3]["delta"]["signature"], "s");
}

TEST(MessagesEncoders, StopReasonsAreTheDialects) {
    const auto stop = [](FinishEvent finish) { return whole(asking(false), {TextDelta{0, "x"}, finish, StreamEnd{}}); };
    EXPECT_EQ(stop({0, FinishReason::stop, "STOP"})["stop_reason"], "end_turn");
    EXPECT_EQ(stop({0, FinishReason::stop, "pause_turn"})["stop_reason"], "pause_turn");
    EXPECT_EQ(stop({0, FinishReason::length, "length"})["stop_reason"], "max_tokens");
    EXPECT_EQ(stop({0, FinishReason::tool_calls, "end_turn"})["stop_reason"], "tool_use");
    const json hit = stop({0, FinishReason::stop, "stop", "five"});
    EXPECT_EQ(hit["stop_reason"], "stop_sequence");
    EXPECT_EQ(hit["stop_sequence"], "five");
    EXPECT_EQ(stop({0, FinishReason::content_filter, ""})["stop_details"]["type"], "refusal");
}

TEST(MessagesEncoders, ARefusalIsAStopReasonWithWords) {
    const json answer = whole(asking(false), {RefusalDelta{0, "No."}, FinishEvent{}, StreamEnd{}});
    EXPECT_EQ(answer["content"], json::array());
    EXPECT_EQ(answer["stop_reason"], "refusal");
    EXPECT_EQ(answer["stop_details"]["explanation"], "No.");
}

TEST(MessagesEncoders, CountsThatNobodyToldAreMarkedAsEstimates) {
    const json usage = whole(asking(false), {TextDelta{0, "four by 4"}, FinishEvent{}, StreamEnd{}})["usage"];
    EXPECT_GT(usage["input_tokens"], 0);
    EXPECT_EQ(usage["output_tokens"], 2);
    EXPECT_EQ(usage["estimated"], true);
    EXPECT_TRUE(usage["cache_read_input_tokens"].is_null());
}

TEST(MessagesEncoders, AnnotationsBecomeCitations) {
    const std::initializer_list<StreamEvent> events{
        TextDelta{0, "Grey."},
        AnnotationEvent{0, R"({"type":"url_citation","url_citation":{"url":"https://a.b","title":"T"}})"},
        FinishEvent{}, StreamEnd{}};
    const json citation = json::parse(R"({"type":"web_search_result_location","url":"https://a.b","title":"T",
                                          "cited_text":"","encrypted_index":""})");
    EXPECT_EQ(whole(asking(false), events)["content"][0]["citations"], json::array({citation}));
    EXPECT_EQ(streamed(asking(false), events)[3]["delta"], (json{{"type", "citations_delta"}, {"citation", citation}}));
}

TEST(MessagesEncoders, TakesPartsOfItsOwnDialect) {
    const NativePart block{ClientDialect::anthropic_messages, NativePart::Kind::block,
                           "{\"type\":\n\"server_tool_use\"}"};
    const NativePart foreign{ClientDialect::openai_chat, NativePart::Kind::block, "{}"};
    for (const bool stream : {false, true}) {
        const auto encoder = anthropic_messages_ingress().make_encoder(context(stream));
        EXPECT_TRUE(encoder->on_native(block));
        EXPECT_FALSE(encoder->on_native(foreign));
        encoder->on_event(FinishEvent{});
        encoder->on_event(StreamEnd{});
        const json found =
            stream ? events_of(encoder->out())[1]["content_block"] : json::parse(encoder->out())["content"][0];
        EXPECT_EQ(found, json::parse(R"({"type":"server_tool_use"})"));
    }
}

TEST(MessagesEncoders, ArgumentsThatAreNoObjectStayReadable) {
    const json answer =
        whole(asking(false), {ToolCallStart{.index = 0, .id = "a", .name = "f"}, ToolArgsDelta{0, 0, "{\"x\":"},
                              FinishEvent{0, FinishReason::length, ""}, StreamEnd{}});
    EXPECT_EQ(answer["content"][0]["input"], (json{{"_raw", "{\"x\":"}}));
}

TEST(MessagesEncoders, NotEverythingCanWaitForACallThatNeverEnds) {
    const auto encoder = anthropic_messages_ingress().make_encoder(context(true));
    encoder->on_event(ToolCallStart{.index = 0, .id = "a", .name = "f"});
    encoder->on_event(ToolArgsDelta{0, 0, "{"});
    for (int i = 0; i < 3000; ++i) {
        encoder->on_event(TextDelta{0, "x"});
        encoder->on_event(ReasoningEnd{0, "s", ""});
    }
    encoder->on_event(StreamEnd{});
    const auto events = events_of(encoder->out());
    EXPECT_EQ(events.back()["type"], "error");
    EXPECT_EQ(events.back()["error"]["code"], "upstream_invalid_response");
}

TEST(MessagesEncoders, AFaultIsTheLastEvent) {
    const auto events = streamed(
        asking(false),
        {TextDelta{0, "x"}, StreamFault{Error(ErrorKind::overloaded, "Too much.")}, TextDelta{0, "y"}, StreamEnd{}});
    EXPECT_EQ(types_of(events), (std::vector<std::string>{"message_start", "content_block_start 0",
                                                          "content_block_delta 0 text_delta", "error"}));
    EXPECT_EQ(events.back()["error"]["type"], "overloaded_error");
    EXPECT_EQ(events.back()["error"]["message"], "Too much.");
}

TEST(MessagesEncoders, APingIsAnEventOnlyBehindTheFirst) {
    const auto encoder = anthropic_messages_ingress().make_encoder(context(true));
    encoder->ping();
    EXPECT_EQ(encoder->out(), ": ping\n\n");
    encoder->out().clear();
    encoder->on_event(TextDelta{0, "x"});
    encoder->out().clear();
    encoder->ping();
    EXPECT_EQ(encoder->out(), "event: ping\ndata: {\"type\":\"ping\"}\n\n");
}

}  // namespace
}  // namespace breakwater
