#include "support.hpp"

namespace breakwater::testing_anthropic {
namespace {

ChatRequest with_tools(std::vector<Tool> tools) {
    ChatRequest request = ask_limited("q");
    request.tools = std::move(tools);
    return request;
}

json schema_of(std::string parameters) {
    return Rig().body(with_tools({function("f", std::move(parameters))}))["tools"][0]["input_schema"];
}

TEST(AnthropicTools, WritesNameDescriptionAndSchema) {
    ChatRequest request = with_tools(
        {function("wx", R"({"type":"object","properties":{"city":{"type":"string"}},"required":["city"]})")});
    request.tools[0].description = "Weather";
    EXPECT_EQ(Rig().body(request)["tools"], json::parse(R"([{"name":"wx","description":"Weather","input_schema":
        {"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}])"));
}

TEST(AnthropicTools, GivesEverySchemaAnObjectAsItsRoot) {
    const json empty = json::parse(R"({"type":"object","properties":{}})");
    EXPECT_EQ(schema_of(""), empty);
    EXPECT_EQ(schema_of("null"), empty);
    EXPECT_EQ(schema_of("{}"), empty);
    EXPECT_EQ(schema_of(R"({"properties":{"a":{}}})"), json::parse(R"({"type":"object","properties":{"a":{}}})"));
}

TEST(AnthropicTools, MergesWhatStandsBesideEachOtherAtTheRoot) {
    EXPECT_EQ(schema_of(R"({"anyOf":[{"type":"object","properties":{"a":{"type":"string"},"k":{}},"required":["a","k"]},
                                    {"$ref":"#/$defs/b"}],"$defs":{"b":{"type":"object","properties":{"b":{}},"required":["k"]}}})"),
              json::parse(R"({"type":"object","properties":{"a":{"type":"string"},"k":{},"b":{}},"required":["k"],
                              "$defs":{"b":{"type":"object","properties":{"b":{}},"required":["k"]}}})"));
    EXPECT_EQ(
        schema_of(
            R"({"type":"object","allOf":[{"properties":{"a":{}},"required":["a"]},{"properties":{"b":{}},"required":["b"]}]})"),
        json::parse(R"({"type":"object","properties":{"a":{},"b":{}},"required":["a","b"]})"));
}

TEST(AnthropicTools, RefusesParametersThatAreNoObject) {
    EXPECT_EQ(Rig().refused(with_tools({function("a"), function("b", R"({"type":"string"})")})),
              "tools[1].function.parameters");
    EXPECT_EQ(Rig().refused(with_tools({function("a", "[1]")})), "tools[0].function.parameters");
}

TEST(AnthropicTools, RenamesWhatTheApiDoesNotTakeAndRestoresIt) {
    Rig rig;
    ChatRequest request = with_tools({function("a.b"), function("a b"), function("a_b")});
    request.tool_choice = {.mode = ToolChoice::Mode::named, .name = "a b"};
    const json body = rig.body(request);
    EXPECT_EQ(body["tools"][0]["name"], "a_b_2");
    EXPECT_EQ(body["tools"][1]["name"], "a_b_3");
    EXPECT_EQ(body["tools"][2]["name"], "a_b");
    EXPECT_EQ(body["tool_choice"]["name"], "a_b_3");

    const Decoded decoded = decode(
        {.body =
             R"({"type":"message","id":"m","content":[{"type":"tool_use","id":"t","name":"a_b_3","input":{}}],"stop_reason":"tool_use"})"},
        {}, request);
    EXPECT_EQ(decoded.choice().tool_calls.at(0).name, "a b");
}

TEST(AnthropicTools, WritesEveryToolChoice) {
    const auto choice = [](ToolChoice given, std::optional<bool> parallel = {}) {
        ChatRequest request = with_tools({function("f"), function("g")});
        request.tool_choice = std::move(given);
        request.parallel_tool_calls = parallel;
        return Rig().body(request).value("tool_choice", json());
    };
    using Mode = ToolChoice::Mode;
    EXPECT_EQ(choice({}), json());
    EXPECT_EQ(choice({}, true), json());
    EXPECT_EQ(choice({.mode = Mode::automatic}), json::parse(R"({"type":"auto"})"));
    EXPECT_EQ(choice({.mode = Mode::required}), json::parse(R"({"type":"any"})"));
    EXPECT_EQ(choice({.mode = Mode::none}, false), json::parse(R"({"type":"none"})"));
    EXPECT_EQ(choice({.mode = Mode::named, .name = "g"}), json::parse(R"({"type":"tool","name":"g"})"));
    EXPECT_EQ(choice({}, false), json::parse(R"({"type":"auto","disable_parallel_tool_use":true})"));
    EXPECT_EQ(choice({.mode = Mode::required}, false),
              json::parse(R"({"type":"any","disable_parallel_tool_use":true})"));
}

TEST(AnthropicTools, SendsOnlyTheAllowedOnes) {
    ChatRequest request = with_tools({function("f"), function("g")});
    request.tool_choice = {.mode = ToolChoice::Mode::required, .allowed = {"g"}};
    const json body = Rig().body(request);
    ASSERT_EQ(body["tools"].size(), 1u);
    EXPECT_EQ(body["tools"][0]["name"], "g");
}

TEST(AnthropicTools, AsksWhereAChoiceCannotBeForced) {
    Rig rig;
    rig.deployment.capabilities.set(Feature::tool_choice_required, Support::emulated);
    ChatRequest request = with_tools({function("f")});
    request.tool_choice.mode = ToolChoice::Mode::required;
    const json body = rig.body(request);
    EXPECT_EQ(body["tool_choice"], json::parse(R"({"type":"auto"})"));
    EXPECT_EQ(body["system"].size(), 1u);
    EXPECT_TRUE(was_adapted(rig.adapted, "tool_choice", AdaptAction::emulated));
}

TEST(AnthropicTools, DeclaresToolsThatOnlyTheHistoryKnows) {
    ChatRequest request{.messages = {user("q"), assistant_turn({call("c", "old", "{}")}), result("c", "1")},
                        .max_tokens = 100};
    const json body = Rig().body(request);
    EXPECT_EQ(body["tools"], json::parse(R"([{"name":"old","input_schema":{"type":"object","properties":{}}}])"));
    EXPECT_EQ(body["tool_choice"], json::parse(R"({"type":"none"})"));
}

TEST(AnthropicTools, StreamsArgumentsEagerlyOnlyFromTheVendorItself) {
    Rig rig;
    ChatRequest request = with_tools({function("f")});
    request.stream = true;
    EXPECT_FALSE(rig.body(request)["tools"][0].contains("eager_input_streaming"));
    rig.settings.base_url.clear();
    EXPECT_EQ(rig.body(request)["tools"][0]["eager_input_streaming"], true);
}

TEST(AnthropicTools, HoldsStrictToolsToTheSubset) {
    Rig rig;
    ChatRequest request =
        with_tools({function("f", R"({"type":"object","properties":{"n":{"type":"integer","minimum":1}}})"),
                    function("g", R"({"type":"object","properties":{"x":{"$ref":"#"}}})")});
    request.tools[0].strict = true;
    request.tools[1].strict = true;
    const json body = rig.body(request);
    EXPECT_EQ(body["tools"][0]["strict"], true);
    EXPECT_EQ(
        body["tools"][0]["input_schema"],
        json::parse(
            R"({"type":"object","properties":{"n":{"type":"integer","description":"minimum: 1."}},"additionalProperties":false})"));
    EXPECT_FALSE(body["tools"][1].contains("strict")) << "a recursive schema cannot be compiled";
    EXPECT_TRUE(was_adapted(rig.adapted, "tools[1].function.strict", AdaptAction::dropped));
}

TEST(AnthropicTools, KnowsServerToolsAndMapsWebSearch) {
    Rig rig;
    ChatRequest request = with_tools(
        {{.kind = Tool::Kind::hosted, .definition = R"({"type":"code_execution_20250825","name":"code_execution"})"},
         {.kind = Tool::Kind::hosted, .definition = R"({"type":"web_search_preview","search_context_size":"low"})"}});
    const json body = rig.body(request);
    EXPECT_EQ(body["tools"][0]["type"], "code_execution_20250825");
    EXPECT_EQ(body["tools"][1], json::parse(R"({"type":"web_search_20250305","name":"web_search","max_uses":1})"));
    EXPECT_EQ(rig.refused(with_tools({{.kind = Tool::Kind::hosted, .definition = R"({"type":"file_search"})"}})),
              "tools[0]");
    EXPECT_EQ(rig.refused(with_tools({{.kind = Tool::Kind::custom, .name = "c"}})), "tools[0]");
}

TEST(AnthropicTools, MapsWebSearchOptions) {
    ChatRequest request = ask_limited("q");
    request.web_search_options =
        R"({"search_context_size":"high","user_location":{"type":"approximate","approximate":{"city":"Oslo","country":"NO"}}})";
    EXPECT_EQ(Rig().body(request)["tools"],
              json::parse(R"([{"type":"web_search_20250305","name":"web_search","max_uses":5,
        "user_location":{"type":"approximate","city":"Oslo","country":"NO"}}])"));
}

}  // namespace
}  // namespace breakwater::testing_anthropic
