#include "support.hpp"

namespace breakwater::testing_anthropic {
namespace {

ChatRequest conversation(std::vector<Message> messages) {
    return {.messages = std::move(messages), .max_tokens = 1000};
}

TEST(AnthropicMessages, WritesTheConversationOfTheReference) {
    Rig rig;
    ChatRequest request =
        conversation({system_says("Be terse."), user("Weather in Oslo and Rome?"),
                      assistant_turn({TextPart{"Checking."}, call("call_1", "wx", R"({"city":"Oslo"})"),
                                      call("call_2", "wx", R"({"city":"Rome"})")}),
                      result("call_2", "timeout"), result("call_1", "4C"), user("Answer in German.")});
    request.messages[3].tool_error = true;
    request.tools = {function("wx")};

    const json body = rig.body(request);

    EXPECT_EQ(body["model"], "claude-test");
    EXPECT_EQ(body["max_tokens"], 1000);
    EXPECT_EQ(body["system"], json::parse(R"([{"type":"text","text":"Be terse."}])"));
    EXPECT_EQ(body["messages"], json::parse(R"([
        {"role":"user","content":[{"type":"text","text":"Weather in Oslo and Rome?"}]},
        {"role":"assistant","content":[{"type":"text","text":"Checking."},
          {"type":"tool_use","id":"call_1","name":"wx","input":{"city":"Oslo"}},
          {"type":"tool_use","id":"call_2","name":"wx","input":{"city":"Rome"}}]},
        {"role":"user","content":[
          {"type":"tool_result","tool_use_id":"call_2","content":"timeout","is_error":true},
          {"type":"tool_result","tool_use_id":"call_1","content":"4C"},
          {"type":"text","text":"Answer in German."}]}])"));
    EXPECT_TRUE(rig.adapted.empty()) << rig.adapted.header_value();
}

TEST(AnthropicMessages, HoistsEverySystemMessageAndSaysSoForLateOnes) {
    Rig rig;
    const json body = rig.body(
        conversation({system_says("a"), message(Role::developer, "b"), user("hi"), system_says("c"), user("there")}));
    EXPECT_EQ(body["system"],
              json::parse(R"([{"type":"text","text":"a"},{"type":"text","text":"b"},{"type":"text","text":"c"}])"));
    EXPECT_EQ(
        body["messages"],
        json::parse(R"([{"role":"user","content":[{"type":"text","text":"hi"},{"type":"text","text":"there"}]}])"));
    EXPECT_EQ(rig.adapted.list(), (std::vector<Adaptation>{{"messages[3]", AdaptAction::mapped}}));
}

TEST(AnthropicMessages, DropsBlankTextAndMessagesThatItEmpties) {
    const json body = Rig().body(conversation({system_says(" "), user("a"), assistant("\n"), user(""), user("b")}));
    EXPECT_FALSE(body.contains("system"));
    EXPECT_EQ(body["messages"],
              json::parse(R"([{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}])"));
}

TEST(AnthropicMessages, PutsResultsBeforeTextThatCameFirst) {
    Rig rig;
    ChatRequest request =
        conversation({user("q"), assistant_turn({call("c1", "f", "{}")}), user("hurry"), result("c1", "r")});
    const json body = rig.body(request);
    EXPECT_EQ(
        body["messages"][2]["content"],
        json::parse(R"([{"type":"tool_result","tool_use_id":"c1","content":"r"},{"type":"text","text":"hurry"}])"));
}

TEST(AnthropicMessages, AnswersCallsThatTheClientLeftOpen) {
    Rig rig;
    const ChatRequest request = conversation({user("q"), assistant_turn({call("c1", "f", "{}"), call("c2", "f", "{}")}),
                                              result("c1", "r"), assistant("a"), user("b")});
    const json body = rig.body(request);
    EXPECT_EQ(body["messages"][2]["content"][1],
              json::parse(R"({"type":"tool_result","tool_use_id":"c2","content":"[no result]","is_error":true})"));
    EXPECT_TRUE(was_adapted(rig.adapted, "messages[1].tool_calls", AdaptAction::emulated));
    rig.mode = config::AdaptMode::strict;
    EXPECT_EQ(rig.refused(request), "messages[1].tool_calls");
}

TEST(AnthropicMessages, AnswersOpenCallsAtTheEndToo) {
    const json body = Rig().body(conversation({user("q"), assistant_turn({call("c1", "f", "{}")})}));
    EXPECT_EQ(body["messages"].size(), 3u);
    EXPECT_EQ(body["messages"][2]["role"], "user");
    EXPECT_EQ(body["messages"][2]["content"][0]["tool_use_id"], "c1");
}

TEST(AnthropicMessages, TurnsAResultWithoutItsCallIntoText) {
    Rig rig;
    const json body = rig.body(conversation({user("q"), result("nobody", "42")}));
    EXPECT_EQ(body["messages"],
              json::parse(R"([{"role":"user","content":[{"type":"text","text":"q"},{"type":"text","text":"42"}]}])"));
    EXPECT_TRUE(was_adapted(rig.adapted, "messages[1]", AdaptAction::emulated));
}

TEST(AnthropicMessages, MergesParallelCallsThatCameAsTwoMessages) {
    const json body = Rig().body(
        conversation({user("q"), assistant_turn({call("c1", "f", "{}")}),
                      assistant_turn({TextPart{"and"}, call("c2", "f", "{}")}), result("c1", "1"), result("c2", "2")}));
    ASSERT_EQ(body["messages"].size(), 3u);
    const json& content = body["messages"][1]["content"];
    EXPECT_EQ(content[0]["type"], "text") << "text comes before the calls of its turn";
    EXPECT_EQ(content[1]["id"], "c1");
    EXPECT_EQ(content[2]["id"], "c2");
    EXPECT_EQ(body["messages"][2]["content"].size(), 2u);
}

TEST(AnthropicMessages, SanitisesForeignCallIdsInBothPlaces) {
    const json body = Rig().body(conversation(
        {user("q"), assistant_turn({call("functions.wx:0|x", "f", "{}")}), result("functions.wx:0|x", "1")}));
    EXPECT_EQ(body["messages"][1]["content"][0]["id"], "functions_wx_0_x");
    EXPECT_EQ(body["messages"][2]["content"][0]["tool_use_id"], "functions_wx_0_x");
}

TEST(AnthropicMessages, MakesAnObjectOfAnyArguments) {
    const auto input = [](std::string arguments) {
        return Rig().body(conversation({user("q"), assistant_turn({call("c", "f", std::move(arguments))}),
                                        result("c", "1")}))["messages"][1]["content"][0]["input"];
    };
    EXPECT_EQ(input(""), json::object());
    EXPECT_EQ(input("null"), json::object());
    EXPECT_EQ(input("{\"a\":1}"), json({{"a", 1}}));
    EXPECT_EQ(input("[1]"), json({{"_raw", "[1]"}}));
    EXPECT_EQ(input("{\"a\":"), json({{"_raw", "{\"a\":"}}));
    const std::string large = R"({"a":")" + std::string(200'000, 'x') + R"("})";
    EXPECT_EQ(input(large), json::parse(large));
}

TEST(AnthropicMessages, AsksToContinueWhereAPrefillIsRefused) {
    Rig rig;
    const ChatRequest request = conversation({user("q"), assistant("The answer is  \n")});
    EXPECT_EQ(rig.body(request)["messages"][2],
              json::parse(R"({"role":"user","content":[{"type":"text","text":"Continue."}]})"));
    EXPECT_TRUE(was_adapted(rig.adapted, "messages[1]", AdaptAction::emulated));
}

TEST(AnthropicMessages, KeepsAPrefillWithoutItsTrailingSpace) {
    Rig rig;
    rig.deployment.capabilities.set(Feature::assistant_prefill, Support::native);
    const json body = rig.body(conversation({user("q"), assistant("The answer is  \n")}));
    ASSERT_EQ(body["messages"].size(), 2u);
    EXPECT_EQ(body["messages"][1]["content"][0]["text"], "The answer is");
    EXPECT_TRUE(was_adapted(rig.adapted, "messages[1]", AdaptAction::mapped));
}

TEST(AnthropicMessages, ReplaysSealedReasoningAndLeavesTheRest) {
    Rig rig;
    const json body = rig.body(
        conversation({user("q"),
                      assistant_turn({ReasoningPart{.text = "hm", .signature = "S=="}, ReasoningPart{.redacted = "R=="},
                                      ReasoningPart{.text = "another vendor's"}, TextPart{"a"}}),
                      user("b")}));
    EXPECT_EQ(body["messages"][1]["content"], json::parse(R"([{"type":"thinking","thinking":"hm","signature":"S=="},
        {"type":"redacted_thinking","data":"R=="},{"type":"text","text":"a"}])"));
    EXPECT_TRUE(was_adapted(rig.adapted, "messages[1].reasoning_content", AdaptAction::dropped));
}

TEST(AnthropicMessages, WritesResultsOfSeveralParts) {
    Rig rig;
    Message many{.role = Role::tool,
                 .parts = {TextPart{"see"}, ImagePart{.media_type = "image/png", .data = "iVBORw0KGgoAAAANSUhEUg=="}},
                 .tool_call_id = "c"};
    const json body = rig.body(conversation({user("q"), assistant_turn({call("c", "f", "{}")}), many}));
    EXPECT_EQ(body["messages"][2]["content"][0]["content"], json::parse(R"([{"type":"text","text":"see"},
        {"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgoAAAANSUhEUg=="}}])"));
    const json empty = rig.body(conversation({user("q"), assistant_turn({call("c", "f", "{}")}), result("c", "")}));
    EXPECT_FALSE(empty["messages"][2]["content"][0].contains("content"));
}

TEST(AnthropicMessages, SendsAtMostFourCacheHintsAndLosesTheOldestOfTheMessagesFirst) {
    Rig rig;
    const JsonText hint = R"({"type":"ephemeral"})";
    const auto hinted = [&](std::string text) {
        return Message{.role = Role::user, .parts = {TextPart{std::move(text), hint}}};
    };
    ChatRequest request = conversation({Message{.role = Role::system, .parts = {TextPart{"s", hint}}}, hinted("1"),
                                        assistant("x"), hinted("2"), assistant("y"), hinted("3")});
    request.tools = {function("f")};
    request.tools[0].cache_control = hint;

    const json body = rig.body(request);

    EXPECT_TRUE(body["tools"][0].contains("cache_control"));
    EXPECT_TRUE(body["system"][0].contains("cache_control"));
    EXPECT_FALSE(body["messages"][0]["content"][0].contains("cache_control"));
    EXPECT_TRUE(body["messages"][2]["content"][0].contains("cache_control"));
    EXPECT_TRUE(body["messages"][4]["content"][0].contains("cache_control"));
    EXPECT_TRUE(was_adapted(rig.adapted, "cache_control", AdaptAction::dropped));
}

TEST(AnthropicMessages, RefusesAudio) {
    ChatRequest request = ask_limited("q");
    request.messages[0].parts.push_back(AudioPart{.data = "AAAA", .format = "wav"});
    EXPECT_EQ(Rig().refused(request), "messages[0].content[1]");
}

}  // namespace
}  // namespace breakwater::testing_anthropic
