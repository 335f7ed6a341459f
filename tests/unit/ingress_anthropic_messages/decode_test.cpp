#include <gtest/gtest.h>

#include "messages_support.hpp"

namespace breakwater {
namespace {

using test::decode;
using test::decode_messages;
using test::json;
using test::request_with;

TEST(MessagesDecode, ReadsThePlainRequest) {
    const auto request = decode(request_with({{"system", "Be brief."},
                                              {"temperature", 0.5},
                                              {"top_p", 0.9},
                                              {"top_k", 5},
                                              {"stop_sequences", {"a", "b"}},
                                              {"stream", true},
                                              {"metadata", {{"user_id", "u1"}}},
                                              {"service_tier", "standard_only"}})
                                    .dump());
    ASSERT_TRUE(request) << request.error().message;
    EXPECT_EQ(request->dialect, ClientDialect::anthropic_messages);
    ASSERT_EQ(request->messages.size(), 2u);
    EXPECT_EQ(request->messages[0].role, Role::system);
    EXPECT_EQ(std::get<TextPart>(request->messages[0].parts[0]).text, "Be brief.");
    EXPECT_TRUE(request->messages[1].plain);
    EXPECT_EQ(request->max_tokens, 64);
    EXPECT_EQ(request->sampling.temperature, 0.5);
    EXPECT_EQ(request->sampling.top_k, 5);
    EXPECT_EQ(request->sampling.stop, (std::vector<std::string>{"a", "b"}));
    EXPECT_TRUE(request->stream && request->include_usage);
    EXPECT_EQ(request->user, "u1");
    EXPECT_EQ(request->service_tier, "default");
}

TEST(MessagesDecode, ResultsOfToolsComeBeforeTheRestOfTheirTurn) {
    const auto request = decode_messages(json::parse(R"([
        {"role":"user","content":"How is Oslo?"},
        {"role":"assistant","content":[
            {"type":"thinking","thinking":"Look.","signature":"s1"},
            {"type":"redacted_thinking","data":"d1"},
            {"type":"text","text":"I look."},
            {"type":"tool_use","id":"t1","name":"weather","input":{"city":"Oslo"},"extra_content":{"x":1}},
            {"type":"tool_use","id":"t2","name":"clock","input":{}}]},
        {"role":"user","content":[
            {"type":"text","text":"In German."},
            {"type":"tool_result","tool_use_id":"t1","content":[{"type":"text","text":"4"},
                {"type":"image","source":{"type":"base64","media_type":"image/png","data":"aaaa"}}]},
            {"type":"tool_result","tool_use_id":"t2","is_error":true,"cache_control":{"type":"ephemeral"}}]}])"));
    ASSERT_TRUE(request) << request.error().message;
    ASSERT_EQ(request->messages.size(), 5u);
    const std::vector<ContentPart>& said = request->messages[1].parts;
    ASSERT_EQ(said.size(), 5u);
    EXPECT_EQ(std::get<ReasoningPart>(said[0]).signature, "s1");
    EXPECT_EQ(std::get<ReasoningPart>(said[1]).redacted, "d1");
    EXPECT_EQ(std::get<ToolCallPart>(said[3]).arguments, R"({"city":"Oslo"})");
    EXPECT_EQ(std::get<ToolCallPart>(said[3]).extension, R"({"x":1})");
    EXPECT_EQ(request->messages[2].tool_call_id, "t1");
    EXPECT_TRUE(std::holds_alternative<ImagePart>(request->messages[2].parts.at(1)));
    EXPECT_TRUE(request->messages[3].tool_error);
    EXPECT_EQ(request->messages[3].cache_control, R"({"type":"ephemeral"})");
    EXPECT_EQ(request->messages[4].role, Role::user);
    EXPECT_EQ(std::get<TextPart>(request->messages[4].parts.at(0)).text, "In German.");
}

TEST(MessagesDecode, ReadsDocumentsOfEverySource) {
    const auto request = decode_messages(json::parse(R"([{"role":"user","content":[
        {"type":"document","title":"a.pdf","source":{"type":"base64","media_type":"application/pdf","data":"JVBERi"}},
        {"type":"document","source":{"type":"url","url":"https://example.com/a.pdf"}},
        {"type":"document","source":{"type":"file","file_id":"file_1"}},
        {"type":"document","title":"Notes","source":{"type":"text","media_type":"text/plain","data":"grey"}},
        {"type":"document","source":{"type":"content","content":[{"type":"text","text":"one"},{"type":"text","text":"two"}]}},
        {"type":"search_result","title":"T","source":"https://example.com","content":[{"type":"text","text":"found"}]},
        {"type":"image","source":{"type":"url","url":"https://example.com/a.png"},"cache_control":{"type":"ephemeral"}}
        ]}])"));
    ASSERT_TRUE(request) << request.error().message;
    const std::vector<ContentPart>& parts = request->messages[0].parts;
    ASSERT_EQ(parts.size(), 7u);
    EXPECT_EQ(std::get<FilePart>(parts[0]).filename, "a.pdf");
    EXPECT_EQ(std::get<FilePart>(parts[0]).media_type, "application/pdf");
    EXPECT_EQ(std::get<FilePart>(parts[1]).url, "https://example.com/a.pdf");
    EXPECT_EQ(std::get<FilePart>(parts[2]).file_id, "file_1");
    EXPECT_EQ(std::get<TextPart>(parts[3]).text, "Notes\n\ngrey");
    EXPECT_EQ(std::get<TextPart>(parts[4]).text, "one\ntwo");
    EXPECT_EQ(std::get<TextPart>(parts[5]).text, "T\nhttps://example.com\nfound");
    EXPECT_EQ(std::get<ImagePart>(parts[6]).cache_control, R"({"type":"ephemeral"})");
}

TEST(MessagesDecode, ToolsAreFunctionsUnlessTheirTypeIsAnthropics) {
    const auto request = decode(request_with(json::parse(R"({
        "tools":[{"name":"f","description":"d","input_schema":{"type":"object"},"strict":true,
                  "cache_control":{"type":"ephemeral","ttl":"1h"}},
                 {"type":"custom","name":"g","input_schema":{}},
                 {"type":"web_search_20250305","name":"web_search","max_uses":3}],
        "tool_choice":{"type":"any","disable_parallel_tool_use":true}})"))
                                    .dump());
    ASSERT_TRUE(request) << request.error().message;
    ASSERT_EQ(request->tools.size(), 3u);
    EXPECT_EQ(request->tools[0].parameters, R"({"type":"object"})");
    EXPECT_EQ(request->tools[0].strict, true);
    EXPECT_EQ(json::parse(request->tools[0].cache_control)["ttl"], "1h");
    EXPECT_EQ(request->tools[1].kind, Tool::Kind::function);
    EXPECT_EQ(request->tools[2].kind, Tool::Kind::hosted);
    EXPECT_EQ(json::parse(request->tools[2].definition)["max_uses"], 3);
    EXPECT_EQ(request->tool_choice.mode, ToolChoice::Mode::required);
    EXPECT_EQ(request->parallel_tool_calls, false);
}

TEST(MessagesDecode, ReasoningIsSaidInCanonicalWords) {
    const auto reasoning = [](const char* members) {
        return decode(request_with(json::parse(members)).dump()).value().reasoning;
    };
    const Reasoning budget = reasoning(R"({"thinking":{"budget_tokens":2048,"type":"enabled"}})");
    EXPECT_EQ(budget.budget_tokens, 2048);
    EXPECT_EQ(budget.native, R"({"budget_tokens":2048,"type":"enabled"})");
    EXPECT_EQ(reasoning(R"({"thinking":{"type":"disabled"}})").effort, ReasoningEffort::none);
    const Reasoning deep = reasoning(R"({"thinking":{"type":"adaptive"},"output_config":{"effort":"high"}})");
    EXPECT_EQ(deep.effort, ReasoningEffort::high);
    EXPECT_EQ(deep.native, "");
    EXPECT_EQ(reasoning(R"({"thinking":{"type":"adaptive"}})").native, R"({"type":"adaptive"})");
}

TEST(MessagesDecode, BothPlacesOfAFormatAreKnown) {
    for (const char* members : {R"({"output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}}})",
                                R"({"output_format":{"type":"json_schema","schema":{"type":"object"}}})"}) {
        const auto request = decode(request_with(json::parse(members)).dump());
        ASSERT_TRUE(request) << members;
        EXPECT_EQ(request->response_format.kind, ResponseFormat::Kind::json_schema);
        EXPECT_EQ(request->response_format.schema, R"({"type":"object"})");
    }
}

TEST(MessagesDecode, WhatIsNewerThanTheGatewayIsNoMistake) {
    const auto request = decode(request_with(json::parse(R"({
        "context_management":{"edits":[]},
        "messages":[{"role":"user","content":[{"type":"hologram","data":1},{"type":"text","text":"hi"}]},
                    {"role":"assistant","content":[{"type":"server_tool_use","id":"s","name":"web_search","input":{}},
                        {"type":"web_search_tool_result","tool_use_id":"s","content":[]}]},
                    {"role":"user","content":"and?"}]})"))
                                    .dump());
    ASSERT_TRUE(request) << request.error().message;
    ASSERT_EQ(request->messages.size(), 3u);
    const auto& hologram = std::get<NativeItemPart>(request->messages[0].parts.at(0));
    EXPECT_EQ(hologram.field, "messages[0].content[0]");
    EXPECT_EQ(json::parse(hologram.json), json::parse(R"({"type":"hologram","data":1})"));
    EXPECT_EQ(std::get<NativeItemPart>(request->messages[1].parts.at(1)).field, "messages[1].content[1]");
    ASSERT_TRUE(request->own);
    EXPECT_TRUE(request->own->items);
    ASSERT_EQ(request->extensions.size(), 1u);
    EXPECT_EQ(request->extensions[0].first, "context_management");
}

TEST(MessagesDecode, MembersOfToolsThatNobodyElseHasAreNoted) {
    const auto request = decode(request_with(json::parse(R"({"tools":[
        {"name":"f","description":"d","input_schema":{"type":"object"},"strict":true,"cache_control":{"type":"ephemeral"},
         "eager_input_streaming":true,"input_examples":[{}],"allowed_callers":["code"]},
        {"type":"bash_20250124","name":"bash","anything":1}]})"))
                                    .dump());
    ASSERT_TRUE(request) << request.error().message;
    ASSERT_TRUE(request->own);
    std::vector<std::string> noted;
    for (const auto& [name, value] : request->own->members) noted.push_back(name);
    EXPECT_EQ(noted, (std::vector<std::string>{"tools[0].allowed_callers", "tools[0].input_examples"}));
    EXPECT_FALSE(request->own->items);
}

TEST(MessagesDecode, CitationsAreNotedWhereTheyAreAskedFor) {
    const auto noted = [](const char* citations) {
        const auto request = decode_messages(json::parse(R"([{"role":"user","content":[{"type":"document",
            "source":{"type":"text","media_type":"text/plain","data":"a"},"citations":)" +
                                                         std::string(citations) + "}]}]"));
        return !request ? request.error().param : request->own ? request->own->members.at(0).first : "";
    };
    EXPECT_EQ(noted(R"({"enabled":true})"), "messages[0].content[0].citations");
    EXPECT_EQ(noted(R"({"enabled":false})"), "");
    EXPECT_EQ(noted("null"), "");
    EXPECT_EQ(noted("7"), "messages[0].content[0].citations");
    EXPECT_EQ(noted(R"({"enabled":7})"), "messages[0].content[0].citations.enabled");
}

TEST(MessagesDecode, NotedMembersAreBounded) {
    json tool{{"name", "f"}, {"input_schema", {{"type", "object"}}}};
    for (int i = 0; i < 1000; ++i) tool["member" + std::to_string(i)] = 1;
    const auto request = decode(request_with({{"tools", {tool, tool}}}).dump());
    ASSERT_TRUE(request) << request.error().message;
    EXPECT_EQ(request->own->members.size(), 256u);
    EXPECT_EQ(request->tools.size(), 2u);
}

TEST(MessagesDecode, ARequestInWordsOfAllHasNoOwn) {
    EXPECT_FALSE(decode(request_with(json::object()).dump())->own);
}

TEST(MessagesDecode, KeepsTheBytesOfTheBody) {
    const std::string body =
        R"({ "tools" : [ {"input_schema":{"b":1,"a":2}, "name":"f"} ], "model" : "m" , "system":"S\u00e9", "max_tokens":1,)"
        R"( "messages": [{"content":"h\u0069","role":"user"}] })";
    const auto request = decode(body);
    ASSERT_TRUE(request) << request.error().message;
    const SentText& sent = *request->sent;
    EXPECT_EQ(sent.dialect, ClientDialect::anthropic_messages);
    EXPECT_EQ(sent.body, body);
    EXPECT_EQ(sent.model, R"("m")");
    EXPECT_EQ(sent.system, R"("S\u00e9")");
    EXPECT_EQ(sent.tools, R"([ {"input_schema":{"b":1,"a":2}, "name":"f"} ])");
    EXPECT_EQ(sent.messages, R"([{"content":"h\u0069","role":"user"}])");
}

TEST(MessagesDecode, AnAttributionIsLeftOutForOtherVendors) {
    const auto text = [](const json& system) {
        const auto request = decode(request_with({{"system", system}}).dump());
        const Message& first = request.value().messages.at(0);
        return first.role == Role::system ? std::get<TextPart>(first.parts.at(0)).text : "none";
    };
    const std::string header = "x-anthropic-billing-header: cch=1;";
    EXPECT_EQ(text(header + "\nBe brief."), "Be brief.");
    EXPECT_EQ(text({{{"type", "text"}, {"text", header}}, {{"type", "text"}, {"text", "Be brief."}}}), "Be brief.");
    EXPECT_EQ(text({{{"type", "text"}, {"text", header}}}), "none");
    EXPECT_EQ(text("Say " + header), "Say " + header);
}

TEST(MessagesDecode, ABodyWithWishesForTheRouteDoesNotGoOnAsAWhole) {
    const auto request = decode(request_with({{"route", {{"prefer", "cost"}}}}).dump());
    ASSERT_TRUE(request);
    EXPECT_EQ(request->sent->model, "");
    EXPECT_NE(request->sent->messages, "");
}

TEST(MessagesDecode, MistakesAreNamedWithTheirPath) {
    struct Case {
        const char* members;
        const char* path;
    };
    for (
        const Case& one : {
            Case{R"({"model":7})", "model"},
            Case{R"({"max_tokens":"9"})", "max_tokens"},
            Case{R"({"max_tokens":-1})", "max_tokens"},
            Case{R"({"messages":[]})", "messages"},
            Case{R"({"messages":[{"role":"tool","content":"x"}]})", "messages[0].role"},
            Case{R"({"messages":[{"role":"user"}]})", "messages[0].content"},
            Case{R"({"messages":[{"role":"user","content":[]}]})", "messages[0].content"},
            Case{R"({"messages":[{"role":"user","content":[{"text":"x"}]}]})", "messages[0].content[0].type"},
            Case{R"({"messages":[{"role":"user","content":[{"type":"image","source":{"type":"ftp"}}]}]})",
                 "messages[0].content[0].source.type"},
            Case{
                R"({"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":"x"}]}]})",
                "messages[0].content[0].input"},
            Case{R"({"messages":[{"role":"user","content":[{"type":"tool_result","content":"x"}]}]})",
                 "messages[0].content[0].tool_use_id"},
            Case{R"({"temperature":1.5})", "temperature"},
            Case{R"({"thinking":{"type":"enabled"}})", "thinking.budget_tokens"},
            Case{R"({"thinking":{"type":"deep"}})", "thinking.type"},
            Case{R"({"tools":[{"name":"f"}]})", "tools[0].input_schema"},
            Case{R"({"tools":[{"name":"a b","input_schema":{}}]})", "tools[0].name"},
            Case{R"({"tool_choice":{"type":"any"}})", "tool_choice"},
            Case{R"({"tools":[{"name":"f","input_schema":{}}],"tool_choice":{"type":"tool","name":"g"}})",
                 "tool_choice"},
            Case{R"({"output_config":{"effort":"huge"}})", "output_config.effort"},
            Case{R"({"stop_sequences":"x"})", "stop_sequences"},
            Case{R"({"metadata":{"user_id":1}})", "metadata.user_id"},
        }) {
        const auto request = decode(request_with(json::parse(one.members)).dump());
        ASSERT_FALSE(request) << one.members;
        EXPECT_EQ(request.error().kind, ErrorKind::invalid_request) << one.members;
        EXPECT_EQ(request.error().param, one.path) << one.members;
    }
}

TEST(MessagesDecode, OnlyAnAnswerNeedsALimit) {
    std::string body = R"({"model":"m","messages":[{"role":"user","content":"hi"}]})";
    const auto refused = decode(body);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().param, "max_tokens");
    JsonReader reader;
    ChatRequest request;
    EXPECT_TRUE(anthropic_messages_ingress().decode_to_count(body, reader, request));
}

}  // namespace
}  // namespace breakwater
