#include <algorithm>

#include "provider_answers.hpp"
#include "providers/openai_responses/known.hpp"
#include "providers/openai_responses/module.hpp"

// What the fixtures cannot say: refusals, names of tools, and streams that repeat themselves.
namespace breakwater {
namespace {

using namespace test;

std::string event(std::string_view data) {
    std::string line(data);
    std::ranges::replace(line, '\n', ' ');
    return "data: " + line + "\n\n";
}

constexpr std::string_view kEnd = R"({"type":"response.completed","response":{"status":"completed","output":[]}})";

ResponseChoice streamed(const std::vector<std::string_view>& events, const ChatRequest& request = ask("?")) {
    const ProviderRig rig(openai_responses_module());
    std::string body;
    for (const std::string_view one : events) body += event(one);
    const Decoded decoded = decode(rig, {.content_type = "text/event-stream", .body = body + event(kEnd)}, {}, request);
    EXPECT_TRUE(decoded.ended);
    return decoded.choice();
}

TEST(ResponsesAnswer, RefusalsAreNoText) {
    const ResponseChoice choice =
        streamed({R"({"type":"response.refusal.delta","output_index":0,"content_index":0,"delta":"I can"})",
                  R"({"type":"response.output_item.done","output_index":0,"item":{"type":"message","content":[
             {"type":"refusal","refusal":"I cannot."},{"type":"output_text","text":"Sorry."}]}})"});
    EXPECT_EQ(choice.refusal, "I cannot.");
    EXPECT_EQ(choice.text, "Sorry.");
    EXPECT_EQ(choice.finish, FinishReason::stop);
}

TEST(ResponsesAnswer, ToolsHaveTheClientsNames) {
    ChatRequest request = ask("go");
    request.tools = {function("a.b")};
    const ResponseChoice choice = streamed({R"({"type":"response.output_item.done","output_index":0,"item":
        {"type":"function_call","id":"fc_1","call_id":"call_1","name":"a_b","arguments":""}})"},
                                           request);
    ASSERT_EQ(choice.tool_calls.size(), 1u);
    EXPECT_EQ(choice.tool_calls[0].name, "a.b");
    EXPECT_EQ(choice.tool_calls[0].id, "call_1");
    EXPECT_EQ(choice.tool_calls[0].arguments, "{}");
}

TEST(ResponsesAnswer, WhatComesLateIsNotToldTwice) {
    const ResponseChoice choice =
        streamed({R"({"type":"response.output_item.added","output_index":0,"item":{"type":"message","content":[]}})",
                  R"({"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"Hi"})",
                  R"({"type":"response.output_item.done","output_index":0,"item":{"type":"message","content":[
             {"type":"output_text","text":"Hi"}]}})",
                  R"({"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"Hi"})",
                  R"({"type":"response.output_text.done","output_index":0,"content_index":0,"text":"Hi"})"});
    EXPECT_EQ(choice.text, "Hi");
}

TEST(ResponsesAnswer, CallsMayOverlap) {
    const ResponseChoice choice =
        streamed({R"({"type":"response.output_item.added","output_index":0,
             "item":{"type":"function_call","call_id":"a","name":"f","arguments":""}})",
                  R"({"type":"response.output_item.added","output_index":1,
             "item":{"type":"function_call","call_id":"b","name":"g","arguments":""}})",
                  R"({"type":"response.function_call_arguments.delta","output_index":1,"delta":"{\"b\""})",
                  R"({"type":"response.function_call_arguments.delta","output_index":0,"delta":"{\"a\":"})",
                  R"({"type":"response.function_call_arguments.delta","output_index":1,"delta":":1}"})",
                  R"({"type":"response.output_item.done","output_index":1,
             "item":{"type":"function_call","call_id":"b","name":"g","arguments":"{\"b\":1}"}})",
                  R"({"type":"response.output_item.done","output_index":0,
             "item":{"type":"function_call","call_id":"a","name":"f","arguments":"{\"a\":2}"}})"});
    ASSERT_EQ(choice.tool_calls.size(), 2u);
    EXPECT_EQ(choice.tool_calls[0].id, "a");
    EXPECT_EQ(choice.tool_calls[0].arguments, R"({"a":2})");
    EXPECT_EQ(choice.tool_calls[1].id, "b");
    EXPECT_EQ(choice.tool_calls[1].arguments, R"({"b":1})");
}

TEST(ResponsesAnswer, CitationsMayBeNestedAndPlaceless) {
    const ResponseChoice choice =
        streamed({R"({"type":"response.output_item.done","output_index":0,"item":{"type":"message","content":[
        {"type":"output_text","text":"Hi","annotations":[{"type":"url_citation","url":"https://e.x/a"},
         {"type":"url_citation","url_citation":{"url":"https://e.x/b","title":"B","start_index":1,"end_index":2}},
         {"type":"url_citation","title":"no address"}, 7]}]}})"});
    ASSERT_EQ(choice.annotations.size(), 2u);
    EXPECT_EQ(json::parse(choice.annotations[0])["url_citation"],
              json::parse(R"({"url":"https://e.x/a","title":"","start_index":0,"end_index":0})"));
    EXPECT_EQ(json::parse(choice.annotations[1])["url_citation"],
              json::parse(R"({"url":"https://e.x/b","title":"B","start_index":1,"end_index":2})"));
}

TEST(ResponsesAnswer, CountsThatContradictEachOtherAreClamped) {
    const ProviderRig rig(openai_responses_module());
    const Decoded decoded = decode(rig, {.body = R"({"object":"response","status":"completed","output":[
        {"type":"message","content":[{"type":"output_text","text":"Hi"}]}],"usage":{"input_tokens":10,
        "input_tokens_details":{"cached_tokens":8,"cache_write_tokens":7},"output_tokens":4,
        "output_tokens_details":{"reasoning_tokens":9}}})"});
    ASSERT_TRUE(decoded.response.usage);
    EXPECT_EQ(decoded.response.usage->input_uncached, 0);
    EXPECT_EQ(decoded.response.usage->cache_read, 8);
    EXPECT_EQ(decoded.response.usage->cache_write, 2);
    EXPECT_EQ(decoded.response.usage->output, 4);
    EXPECT_EQ(decoded.response.usage->reasoning, 4);
}

constexpr std::string_view kFenced = R"({"type":"output_text","annotations":[],"text":"```json\n{\"a\":1}\n```"})";

TEST(ResponsesAnswer, AModelThatWasToldItsFormLosesItsFence) {
    const ProviderRig plain(openai_responses_module());
    ProviderRig worded(openai_responses_module());
    worded.deployment.capabilities.set(Feature::json_schema, Support::emulated);
    ChatRequest request = ask("?");
    request.response_format = {.kind = ResponseFormat::Kind::json_schema, .schema = R"({"type":"object"})"};
    const std::string item = R"({"type":"message","content":[)" + std::string(kFenced) + "]}";
    const std::string whole = R"({"object":"response","status":"completed","output":[)" + item + "]}";
    EXPECT_EQ(decode(worded, {.body = whole}, {}, request).choice().text, R"({"a":1})");
    EXPECT_EQ(decode(plain, {.body = whole}, {}, request).choice().text, "```json\n{\"a\":1}\n```");
    EXPECT_EQ(decode(worded, {.body = whole}).choice().text, "```json\n{\"a\":1}\n```");

    // The rest of a text that a delta began comes with the item's end, and is counted in the model's own bytes.
    const std::string stream =
        event(R"({"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"```js"})") +
        event(R"({"type":"response.output_item.done","output_index":0,"item":)" + item + "}") + event(kEnd);
    EXPECT_EQ(decode(worded, {.content_type = "text/event-stream", .body = stream}, {}, request).choice().text,
              R"({"a":1})");
}

// Members are looked for behind the one before: the commonest event should find each of its own there.
TEST(ResponsesAnswer, MembersAreKnownInTheOrderOfDeltas) {
    const std::vector<std::string_view> recorded{"type",          "sequence_number", "item_id",  "output_index",
                                                 "content_index", "delta",           "logprobs", "obfuscation"};
    const auto members = openai_responses::event_members().first(recorded.size());
    EXPECT_EQ(std::vector<std::string_view>(members.begin(), members.end()), recorded);
}

}  // namespace
}  // namespace breakwater
