#include "provider_answers.hpp"
#include "providers/openai_responses/module.hpp"

// Reasoning in both directions: how much is asked for, and that what the provider sealed finds its way back.
namespace breakwater {
namespace {

using namespace test;

constexpr std::string_view kSealed =
    R"({"id":"resp_1","object":"response","status":"completed","output":[)"
    R"({"id":"rs_1","type":"reasoning","summary":[{"type":"summary_text","text":"Think"}],"encrypted_content":"gAAAA=="},)"
    R"({"id":"fc_1","type":"function_call","call_id":"call_1","name":"f","arguments":"{}"}]})";

class ResponsesReasoning : public testing::Test {
protected:
    ProviderRig rig{openai_responses_module()};

    void SetUp() override { rig.deployment.capabilities.set(Feature::reasoning, Support::native); }

    [[nodiscard]] ResponseChoice answer(std::string_view body) const {
        const Decoded decoded = decode(rig, {.body = std::string(body)});
        EXPECT_TRUE(decoded.ended);
        return decoded.choice();
    }
    /// The next request of a client that sends back what it got.
    static ChatRequest next_turn(const ResponseChoice& choice) {
        ChatRequest request = ask("go");
        std::vector<ContentPart> parts;
        for (const ReasoningPart& block : choice.reasoning_blocks) parts.emplace_back(block);
        if (!choice.text.empty()) parts.emplace_back(TextPart{.text = choice.text});
        for (const ToolCallPart& one : choice.tool_calls) parts.emplace_back(one);
        request.messages.push_back(assistant_turn(parts));
        for (const ToolCallPart& one : choice.tool_calls) request.messages.push_back(result(one.id, "1"));
        return request;
    }
};

TEST_F(ResponsesReasoning, AsksForEncryptedContentOfModelsThatReason) {
    EXPECT_EQ(rig.body(ask("go"))["include"], json::parse(R"(["reasoning.encrypted_content"])"));
    rig.deployment.capabilities.set(Feature::reasoning, Support::absent);
    EXPECT_FALSE(rig.body(ask("go")).contains("include"));
    rig.deployment.capabilities.set(Feature::reasoning, Support::unknown);
    EXPECT_FALSE(rig.body(ask("go")).contains("include"));
    ChatRequest request = ask("go");
    request.reasoning.effort = ReasoningEffort::low;
    EXPECT_TRUE(rig.body(request).contains("include"));
}

TEST_F(ResponsesReasoning, EffortBudgetAndTheClientsOwnObject) {
    ChatRequest request = ask("go");
    request.reasoning.effort = ReasoningEffort::high;
    request.extensions = {{"reasoning", R"({"effort":"low","summary":"auto","enabled":true})"}};
    EXPECT_EQ(rig.body(request)["reasoning"], json::parse(R"({"effort":"high","summary":"auto"})"));
    EXPECT_TRUE(rig.was("reasoning.enabled", AdaptAction::dropped));

    request.reasoning = {.budget_tokens = 5000, .native = R"({"type":"enabled","budget_tokens":5000})"};
    request.extensions.clear();
    EXPECT_EQ(rig.body(request)["reasoning"], json::parse(R"({"effort":"medium"})"));
    EXPECT_TRUE(rig.was("thinking.budget_tokens", AdaptAction::mapped));

    request.reasoning = {.native = R"({"type":"adaptive"})"};
    EXPECT_FALSE(rig.body(request).contains("reasoning"));
    EXPECT_TRUE(rig.was("thinking", AdaptAction::dropped));
}

TEST_F(ResponsesReasoning, GoesBackAsItCame) {
    const ChatRequest request = next_turn(answer(kSealed));
    const json input = rig.body(request)["input"];
    EXPECT_EQ(input[1], json::parse(R"({"type":"reasoning","id":"rs_1",
        "summary":[{"type":"summary_text","text":"Think"}],"encrypted_content":"gAAAA=="})"));
    EXPECT_EQ(input[2]["type"], "function_call");
    EXPECT_TRUE(rig.adapted.empty());
}

TEST_F(ResponsesReasoning, GoesBackWithoutASummaryAndWithoutAnId) {
    const ResponseChoice choice = answer(
        R"({"object":"response","status":"completed","output":[{"type":"reasoning","summary":[],"encrypted_content":"g"},
            {"type":"message","content":[{"type":"output_text","text":"Hi"}]}]})");
    EXPECT_EQ(choice.reasoning, "");
    const json input = rig.body(next_turn(choice))["input"];
    EXPECT_EQ(input[1], json::parse(R"({"type":"reasoning","summary":[],"encrypted_content":"g"})"));
}

TEST_F(ResponsesReasoning, OfOpenModelsGoesBackAsText) {
    const ResponseChoice choice = answer(
        R"({"object":"response","status":"completed","output":[
            {"id":"rs_1","type":"reasoning","summary":[{"text":"Hmm"}],"content":[{"type":"reasoning_text","text":"Hmm"}]},
            {"type":"message","content":[{"type":"output_text","text":"Hi"}]}]})");
    EXPECT_EQ(choice.reasoning, "Hmm");
    rig.deployment.capabilities.set(Feature::reasoning, Support::unknown);
    const json body = rig.body(next_turn(choice));
    EXPECT_EQ(body["input"][1], json::parse(R"({"type":"reasoning","id":"rs_1","summary":[],
        "content":[{"type":"reasoning_text","text":"Hmm"}]})"));
    EXPECT_FALSE(body.contains("include"));
}

TEST_F(ResponsesReasoning, StaysWithTheProviderThatSealedIt) {
    const ChatRequest request = next_turn(answer(kSealed));
    rig.deployment.provider = "other";
    EXPECT_EQ(rig.body(request)["input"][1]["type"], "function_call");
    EXPECT_TRUE(rig.was("messages[1].reasoning_content", AdaptAction::dropped));
}

TEST_F(ResponsesReasoning, OfOtherVendorsIsLeftOut) {
    ChatRequest request = ask("go");
    request.messages.push_back(
        assistant_turn({ReasoningPart{.text = "T"}, ReasoningPart{.text = "T", .signature = "Eto"},
                        ReasoningPart{.text = "T", .signature = "google:Eto"}, ReasoningPart{.redacted = "EnI"},
                        TextPart{.text = "A"}}));
    EXPECT_EQ(rig.body(request)["input"].size(), 2u);
    EXPECT_TRUE(rig.was("messages[1].reasoning_content", AdaptAction::dropped));
}

TEST_F(ResponsesReasoning, ThatLedToNothingIsLeftOut) {
    ChatRequest request = next_turn(answer(kSealed));
    std::erase_if(request.messages[1].parts,
                  [](const ContentPart& part) { return std::holds_alternative<ToolCallPart>(part); });
    request.messages.resize(2);
    EXPECT_EQ(rig.body(request)["input"][1], json::parse(R"({"role":"assistant","content":""})"));
    EXPECT_TRUE(rig.was("messages[1].reasoning_content", AdaptAction::dropped));
}

// Without the call of the vendor's tool behind it, the item would be refused.
TEST_F(ResponsesReasoning, BeforeAHostedToolLosesItsSeal) {
    const ResponseChoice choice = answer(
        R"({"object":"response","status":"completed","output":[
            {"id":"rs_1","type":"reasoning","summary":[{"text":"A"}],"encrypted_content":"g1"},
            {"id":"ws_1","type":"web_search_call","status":"completed"},
            {"id":"rs_2","type":"reasoning","summary":[{"text":"B"}],"encrypted_content":"g2"},
            {"type":"message","content":[{"type":"output_text","text":"Hi"}]}]})");
    EXPECT_EQ(choice.reasoning, "AB");
    ASSERT_EQ(choice.reasoning_blocks.size(), 2u);
    EXPECT_EQ(choice.reasoning_blocks[0].signature, "");
    EXPECT_EQ(choice.reasoning_blocks[1].signature, "openai.responses/p:rs_2:g2");
}

}  // namespace
}  // namespace breakwater
