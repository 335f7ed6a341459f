#include "support.hpp"

namespace breakwater::testing_bedrock {
namespace {

ChatRequest asking(ToolChoice::Mode mode, std::string name = {}) {
    ChatRequest request = ask_limited("Hi");
    request.tools = {function("wx"), function("now")};
    request.tool_choice = {.mode = mode, .name = std::move(name)};
    return request;
}

TEST(BedrockTools, AreToolSpecs) {
    ChatRequest request = ask_limited("Hi");
    request.tools = {Tool{.name = "get weather",
                          .description = "Tells.",
                          .parameters = R"({"properties":{"city":{"type":"string"}}})"},
                     Tool{.name = "now"}};
    Rig rig;
    const json tools = rig.body(request)["toolConfig"];
    EXPECT_FALSE(tools.contains("toolChoice"));
    EXPECT_EQ(tools["tools"][0]["toolSpec"]["name"], "get_weather");
    EXPECT_EQ(tools["tools"][0]["toolSpec"]["description"], "Tells.");
    EXPECT_EQ(tools["tools"][0]["toolSpec"]["inputSchema"]["json"]["type"], "object");
    EXPECT_EQ(
        tools["tools"][1]["toolSpec"],
        (json{{"name", "now"}, {"inputSchema", {{"json", {{"type", "object"}, {"properties", json::object()}}}}}}));
    EXPECT_TRUE(was_adapted(rig.adapted, "tools[0].function.name", AdaptAction::mapped));

    const Answer answer{
        .body = R"({"output":{"message":{"content":[{"toolUse":{"toolUseId":"t","name":"get_weather","input":{}}}]}},
        "stopReason":"tool_use"})"};
    EXPECT_EQ(decode(answer, {}, request, rig).choice().tool_calls.at(0).name, "get weather");
}

TEST(BedrockTools, AreChosenWhereTheModelTakesAChoice) {
    EXPECT_EQ(Rig().body(asking(ToolChoice::Mode::automatic))["toolConfig"]["toolChoice"],
              (json{{"auto", json::object()}}));
    EXPECT_EQ(Rig().body(asking(ToolChoice::Mode::required))["toolConfig"]["toolChoice"],
              (json{{"any", json::object()}}));
    EXPECT_EQ(Rig().body(asking(ToolChoice::Mode::named, "now"))["toolConfig"]["toolChoice"],
              (json{{"tool", {{"name", "now"}}}}));
}

TEST(BedrockTools, AreAskedForInWordsElsewhere) {
    Rig rig("meta.llama3-3-70b-instruct-v1:0");
    const json body = rig.body(asking(ToolChoice::Mode::named, "now"));
    EXPECT_FALSE(body["toolConfig"].contains("toolChoice"));
    EXPECT_NE(body["system"][0]["text"].get<std::string>().find("now"), std::string::npos);
    EXPECT_TRUE(was_adapted(rig.adapted, "tool_choice", AdaptAction::emulated));
    EXPECT_FALSE(Rig("meta.llama3-3-70b-instruct-v1:0")
                     .body(asking(ToolChoice::Mode::automatic))["toolConfig"]
                     .contains("toolChoice"));
}

TEST(BedrockTools, AreLeftOutWhenNoneMayBeCalled) {
    EXPECT_FALSE(Rig().body(asking(ToolChoice::Mode::none)).contains("toolConfig"));
    // A conversation with calls is refused without tools.
    ChatRequest request = asking(ToolChoice::Mode::none);
    request.messages = {user("?"), assistant_turn({call("c", "wx", "{}")}), result("c", "4C")};
    const json body = Rig().body(request);
    EXPECT_EQ(body["toolConfig"]["tools"].size(), 2u);
    EXPECT_TRUE(body.contains("system"));
}

TEST(BedrockTools, AreDeclaredForTheCallsOfTheConversation) {
    ChatRequest request{
        .messages = {user("?"), assistant_turn({call("c", "wx", "{}"), call("d", "wx", "{}")}), result("c", "4C")}};
    const json tools = Rig().body(request)["toolConfig"]["tools"];
    ASSERT_EQ(tools.size(), 1u);
    EXPECT_EQ(tools[0]["toolSpec"]["name"], "wx");
}

TEST(BedrockTools, AreCalledOneByOneWhereTheModelCanBeTold) {
    ChatRequest request = asking(ToolChoice::Mode::automatic);
    request.parallel_tool_calls = false;
    const json claude = Rig().body(request);
    EXPECT_FALSE(claude["toolConfig"].contains("toolChoice")) << "both together are refused";
    EXPECT_EQ(claude["additionalModelRequestFields"]["tool_choice"],
              (json{{"type", "auto"}, {"disable_parallel_tool_use", true}}));
    for (const char* model : {"anthropic.claude-3-5-sonnet-20240620-v1:0", "amazon.nova-pro-v1:0"}) {
        Rig rig(model);
        EXPECT_FALSE(rig.body(request).contains("additionalModelRequestFields")) << model;
        EXPECT_TRUE(was_adapted(rig.adapted, "parallel_tool_calls", AdaptAction::dropped)) << model;
    }
    Rig forced;
    ChatRequest must = asking(ToolChoice::Mode::required);
    must.parallel_tool_calls = false;
    EXPECT_EQ(forced.body(must)["toolConfig"]["toolChoice"], (json{{"any", json::object()}}));
    EXPECT_TRUE(was_adapted(forced.adapted, "parallel_tool_calls", AdaptAction::dropped));
}

TEST(BedrockTools, PassTheServicesOwn) {
    ChatRequest request = ask_limited("Hi");
    request.tools = {Tool{.kind = Tool::Kind::hosted,
                          .definition = R"({"type":"system_tool","systemTool":{"name":"nova_grounding"}})"}};
    EXPECT_EQ(Rig("us.amazon.nova-2-lite-v1:0").body(request)["toolConfig"]["tools"],
              json::array({{{"systemTool", {{"name", "nova_grounding"}}}}}));
    request.tools[0].definition = R"({"type":"web_search"})";
    EXPECT_EQ(Rig().refused(request), "tools[0]");
}

TEST(BedrockTools, RefuseSchemasThatAreNone) {
    ChatRequest request = ask_limited("Hi");
    request.tools = {function("wx", R"({"type":"string"})")};
    EXPECT_EQ(Rig().refused(request), "tools[0].function.parameters");
}

}  // namespace
}  // namespace breakwater::testing_bedrock
