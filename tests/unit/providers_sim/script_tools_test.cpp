#include <gtest/gtest.h>

#include "playback.hpp"
#include "schema_check.hpp"

namespace breakwater::sim {
namespace {

using Json = nlohmann::json;

Json with_tools(Json tools) {
    Json request = ask("What is the weather in Oslo?");
    request["tools"] = std::move(tools);
    return request;
}

/// The calls of an answer; streamed and whole must agree, but for the index that only deltas have.
Json calls_of(const Json& request) {
    const Json whole = play("chat", request).json()["choices"][0];
    const Json calls = whole["message"].value("tool_calls", Json::array());
    const Streamed stream = join(chunks_of(play("chat", streamed(request))));
    Json joined = Json::array();
    for (Json call : stream.calls) {
        call.erase("index");
        joined.push_back(call);
    }
    EXPECT_EQ(joined, calls);
    EXPECT_EQ(stream.finishes, std::vector<std::string>{whole["finish_reason"].get<std::string>()});
    if (!calls.empty()) {
        EXPECT_EQ(whole["finish_reason"], "tool_calls");
        EXPECT_TRUE(whole["message"]["content"].is_null());
    }
    return calls;
}

TEST(SimTools, CallsAToolWithArgumentsOfItsSchema) {
    const Json calls = calls_of(with_tools(Json::array({weather_tool()})));
    ASSERT_EQ(calls.size(), 1u);
    EXPECT_EQ(calls[0]["type"], "function");
    EXPECT_EQ(calls[0]["function"]["name"], "weather");
    EXPECT_TRUE(calls[0]["id"].get<std::string>().starts_with("call_"));
    const Json schema = weather_tool()["function"]["parameters"];
    const Json arguments = Json::parse(calls[0]["function"]["arguments"].get<std::string>());
    EXPECT_EQ(SchemaCheck(schema).check(schema, arguments), "");
}

TEST(SimTools, CallsEachToolOnceUnlessCallsMayNotBeParallel) {
    Json request = with_tools(Json::array({weather_tool("a"), weather_tool("b")}));
    const Json calls = calls_of(request);
    ASSERT_EQ(calls.size(), 2u);
    EXPECT_EQ(calls[1]["function"]["name"], "b");
    EXPECT_NE(calls[0]["id"], calls[1]["id"]);

    request["parallel_tool_calls"] = false;
    EXPECT_EQ(calls_of(request).size(), 1u);
}

TEST(SimTools, CallsTheToolThatIsNamed) {
    Json request = with_tools(Json::array({weather_tool("a"), weather_tool("b")}));
    request["tool_choice"] = {{"type", "function"}, {"function", {{"name", "b"}}}};
    const Json calls = calls_of(request);
    ASSERT_EQ(calls.size(), 1u);
    EXPECT_EQ(calls[0]["function"]["name"], "b");

    request["tool_choice"]["function"]["name"] = "missing";
    EXPECT_EQ(play("chat", request).head.status, 400);
}

TEST(SimTools, CallsOnlyWhatIsAllowed) {
    Json request = with_tools(Json::array({weather_tool("a"), weather_tool("b"), weather_tool("c")}));
    request["tool_choice"] = {{"type", "allowed_tools"},
                              {"allowed_tools",
                               {{"mode", "required"},
                                {"tools",
                                 {{{"type", "function"}, {"function", {{"name", "b"}}}},
                                  {{"type", "function"}, {"function", {{"name", "c"}}}}}}}}};
    const Json calls = calls_of(request);
    ASSERT_EQ(calls.size(), 2u);
    EXPECT_EQ(calls[0]["function"]["name"], "b");
}

TEST(SimTools, GivesCustomToolsText) {
    const Json calls = calls_of(with_tools(Json::array({{{"type", "custom"}, {"custom", {{"name", "shell"}}}}})));
    ASSERT_EQ(calls.size(), 1u);
    EXPECT_EQ(calls[0]["type"], "custom");
    EXPECT_EQ(calls[0]["custom"]["name"], "shell");
    EXPECT_FALSE(calls[0]["custom"]["input"].get<std::string>().empty());
}

TEST(SimTools, GivesAToolWithoutParametersAnEmptyObject) {
    const Json calls = calls_of(with_tools(Json::array({{{"type", "function"}, {"function", {{"name", "now"}}}}})));
    EXPECT_EQ(calls[0]["function"]["arguments"], "{}");
}

TEST(SimTools, AnswersInTextWhenItMayNotCall) {
    Json request = with_tools(Json::array({weather_tool()}));
    request["tool_choice"] = "none";
    EXPECT_TRUE(calls_of(request).empty());
}

TEST(SimTools, QuotesTheResultsOfItsCalls) {
    Json request = with_tools(Json::array({weather_tool("a"), weather_tool("b")}));
    request["messages"].push_back(
        {{"role", "assistant"},
         {"content", nullptr},
         {"tool_calls", {{{"id", "c1"}, {"type", "function"}, {"function", {{"name", "a"}, {"arguments", "{}"}}}}}}});
    request["messages"].push_back({{"role", "tool"}, {"tool_call_id", "c1"}, {"content", "-3 degrees"}});
    request["messages"].push_back({{"role", "tool"}, {"tool_call_id", "c2"}, {"content", "and snow"}});

    EXPECT_TRUE(calls_of(request).empty());
    const std::string text = play("chat", request).json()["choices"][0]["message"]["content"];
    EXPECT_NE(text.find("-3 degrees and snow"), std::string::npos) << text;
}

TEST(SimTools, CutsArgumentsAtMaxTokens) {
    Json request = with_tools(Json::array({weather_tool()}));
    request["max_tokens"] = 2;
    const Json choice = play("chat", request).json()["choices"][0];
    EXPECT_EQ(choice["finish_reason"], "length");
    EXPECT_FALSE(Json::accept(choice["message"]["tool_calls"][0]["function"]["arguments"].get<std::string>()));
}

}  // namespace
}  // namespace breakwater::sim
