#include "support.hpp"

namespace breakwater::testing_google {
namespace {

constexpr const char* kCity =
    R"({"type":"object","properties":{"city":{"type":"string"}},"additionalProperties":false})";

ChatRequest with_tools(std::vector<Tool> tools) {
    ChatRequest request = ask_limited("q");
    request.tools = std::move(tools);
    return request;
}

TEST(GoogleTools, AreDeclaredInOneEntry) {
    Rig rig;
    ChatRequest request = with_tools({function("wx", kCity), function("now")});
    request.tools[0].description = "Weather.";
    EXPECT_EQ(rig.body(request)["tools"],
              json::parse(R"([{"functionDeclarations":[{"name":"wx","description":"Weather.","parametersJsonSchema":
                  {"type":"object","properties":{"city":{"type":"string"}},"additionalProperties":false}},{"name":"now"}]}])"));
    EXPECT_FALSE(rig.body(request).contains("toolConfig"));
    EXPECT_EQ(rig.old_model().body(request)["tools"][0]["functionDeclarations"][0]["parameters"],
              json::parse(R"({"type":"object","properties":{"city":{"type":"string"}},"propertyOrdering":["city"]})"));
}

TEST(GoogleTools, GetNamesThatTheApiTakes) {
    Rig rig;
    ChatRequest request = with_tools({function("1st.tool"), function("_1st_tool")});
    request.tool_choice = {.mode = ToolChoice::Mode::named, .name = "1st.tool"};
    request.messages.push_back(assistant_turn({call("c", "1st.tool", "{}")}));
    request.messages.push_back(result("c", "x"));
    const json body = rig.body(request);
    EXPECT_EQ(body["tools"][0]["functionDeclarations"][0]["name"], "_1st_tool_2");
    EXPECT_EQ(body["toolConfig"]["functionCallingConfig"],
              json::parse(R"({"mode":"ANY","allowedFunctionNames":["_1st_tool_2"]})"));
    EXPECT_EQ(body["contents"][1]["parts"][0]["functionCall"]["name"], "_1st_tool_2");
    EXPECT_EQ(body["contents"][2]["parts"][0]["functionResponse"]["name"], "_1st_tool_2");
    const Decoded decoded = decode(
        {.body =
             R"({"candidates":[{"content":{"parts":[{"functionCall":{"name":"_1st_tool_2"}}]},"finishReason":"STOP"}]})"},
        {}, request, rig);
    EXPECT_EQ(decoded.choice().tool_calls.at(0).name, "1st.tool");
}

TEST(GoogleTools, AreChosenByMode) {
    Rig rig;
    const auto config = [&](ToolChoice choice, bool strict = false) {
        ChatRequest request = with_tools({function("a"), function("b")});
        if (strict) request.tools[0].strict = true;
        request.tool_choice = std::move(choice);
        const json body = rig.body(request);
        return body.contains("toolConfig") ? body["toolConfig"]["functionCallingConfig"] : json();
    };
    using Mode = ToolChoice::Mode;
    EXPECT_EQ(config({}), json());
    EXPECT_EQ(config({}, true), json::parse(R"({"mode":"VALIDATED"})"));
    EXPECT_EQ(config({.mode = Mode::automatic}), json::parse(R"({"mode":"AUTO"})"));
    EXPECT_EQ(config({.mode = Mode::none}), json::parse(R"({"mode":"NONE"})"));
    EXPECT_EQ(config({.mode = Mode::required}), json::parse(R"({"mode":"ANY"})"));
    EXPECT_EQ(config({.mode = Mode::automatic, .allowed = {"b"}}),
              json::parse(R"({"mode":"VALIDATED","allowedFunctionNames":["b"]})"));
    EXPECT_EQ(config({.mode = Mode::required, .allowed = {"b"}}),
              json::parse(R"({"mode":"ANY","allowedFunctionNames":["b"]})"));
}

TEST(GoogleTools, ThatAreNotAllowedAreHiddenFromOldModels) {
    Rig rig;
    rig.old_model();
    ChatRequest request = with_tools({function("a"), function("b")});
    request.tool_choice = {.mode = ToolChoice::Mode::automatic, .allowed = {"b"}};
    const json body = rig.body(request);
    EXPECT_EQ(body["tools"][0]["functionDeclarations"], json::parse(R"([{"name":"b"}])"));
    EXPECT_EQ(body["toolConfig"]["functionCallingConfig"], json::parse(R"({"mode":"AUTO"})"));
}

TEST(GoogleTools, OfTheVendorAreNamed) {
    Rig rig;
    ChatRequest request = ask_limited("q");
    request.web_search_options = "{}";
    EXPECT_EQ(rig.body(request)["tools"], json::parse(R"([{"googleSearch":{}}])"));
    EXPECT_TRUE(was_adapted(rig.adapted, "web_search_options", AdaptAction::mapped));
    request.web_search_options.clear();
    request.tools = {
        {.kind = Tool::Kind::hosted, .name = "code_execution", .definition = R"({"type":"code_execution"})"}};
    EXPECT_EQ(rig.body(request)["tools"], json::parse(R"([{"codeExecution":{}}])"));
    request.tools[0].definition = R"({"type":"file_search"})";
    EXPECT_EQ(rig.refused(request), "tools[0]");
    request.tools[0] = {.kind = Tool::Kind::custom, .name = "c"};
    EXPECT_EQ(rig.refused(request), "tools[0]");
}

TEST(GoogleTools, OfTheVendorStandBesideFunctions) {
    ChatRequest request = with_tools({function("a")});
    request.web_search_options = "{}";
    Rig rig;
    const json body = rig.level_model().body(request);
    EXPECT_EQ(body["tools"], json::parse(R"([{"functionDeclarations":[{"name":"a"}]},{"googleSearch":{}}])"));
    EXPECT_EQ(body["toolConfig"], json::parse(R"({"functionCallingConfig":{"mode":"VALIDATED"},
        "includeServerSideToolInvocations":true})"));
    Rig older;
    EXPECT_EQ(older.budget_model().body(request)["tools"].size(), 2u);
    EXPECT_FALSE(older.body(request).contains("toolConfig"));
}

TEST(GoogleTools, ThatAreStrictAreSoWhereTheModelCanBeHeldToThem) {
    ChatRequest request = with_tools({function("a")});
    request.tools[0].strict = true;
    Rig rig;
    EXPECT_EQ(rig.body(request)["toolConfig"]["functionCallingConfig"]["mode"], "VALIDATED");
    EXPECT_FALSE(rig.old_model().body(request).contains("toolConfig"));
    EXPECT_TRUE(was_adapted(rig.adapted, "tools[0].function.strict", AdaptAction::dropped));
}

TEST(GoogleTools, WithSchemasThatAreNoneAreTheClientsFault) {
    Rig rig;
    EXPECT_EQ(rig.refused(with_tools({function("a", R"({"type":"string"})")})), "tools[0].function.parameters");
    EXPECT_EQ(rig.refused(with_tools({function("a", R"({"properties":{"x":{"$ref":"#/$defs/gone"}}})")})),
              "tools[0].function.parameters");
}

// The API cannot be told to call one tool only.
TEST(GoogleTools, AreCalledOneAtATimeOnRequest) {
    Rig rig;
    ChatRequest request = with_tools({function("a"), function("b")});
    request.parallel_tool_calls = false;
    rig.body(request);
    EXPECT_TRUE(was_adapted(rig.adapted, "parallel_tool_calls", AdaptAction::emulated));
    const Answer answer{.body = R"({"candidates":[{"content":{"parts":[{"functionCall":{"name":"a"}},
        {"functionCall":{"name":"b"}}]},"finishReason":"STOP"}],"responseId":"r"})"};
    EXPECT_EQ(decode(answer, {}, request, rig).choice().tool_calls.size(), 1u);
    request.parallel_tool_calls.reset();
    const Decoded both = decode(answer, {}, request, rig);
    ASSERT_EQ(both.choice().tool_calls.size(), 2u);
    EXPECT_NE(both.choice().tool_calls[0].id, both.choice().tool_calls[1].id);
}

}  // namespace
}  // namespace breakwater::testing_google
