#include "support.hpp"

namespace breakwater::testing_anthropic {
namespace {

ChatRequest with_effort(ReasoningEffort effort) {
    ChatRequest request = ask_limited("q");
    request.max_tokens.reset();
    request.reasoning.effort = effort;
    return request;
}

TEST(AnthropicThinking, SaysNothingUnlessAsked) {
    const json body = Rig().adaptive_model().body(ask_limited("q"));
    EXPECT_FALSE(body.contains("thinking"));
    EXPECT_FALSE(body.contains("output_config"));
}

TEST(AnthropicThinking, IsAdaptiveWithAnEffortOnNewModels) {
    using enum ReasoningEffort;
    const std::vector<std::pair<ReasoningEffort, std::string>> rows{
        {minimal, "low"}, {low, "low"}, {medium, "medium"}, {high, "high"}, {xhigh, "max"}, {max, "max"}};
    for (const auto& [effort, word] : rows) {
        const json body = Rig().adaptive_model().body(with_effort(effort));
        EXPECT_EQ(body["thinking"], json::parse(R"({"type":"adaptive","display":"summarized"})")) << word;
        EXPECT_EQ(body["output_config"]["effort"], word);
    }
    EXPECT_EQ(Rig().adaptive_model({"low", "high", "xhigh", "max"}).body(with_effort(xhigh))["output_config"]["effort"],
              "xhigh");
    EXPECT_EQ(Rig().adaptive_model({"none", "high"}).body(with_effort(low))["output_config"]["effort"], "high");
    EXPECT_EQ(Rig().adaptive_model({"low", "medium", "high"}).body(with_effort(max))["output_config"]["effort"],
              "high");
}

TEST(AnthropicThinking, HasABudgetOnOldModels) {
    using enum ReasoningEffort;
    const std::vector<std::pair<ReasoningEffort, int>> rows{{minimal, 1024}, {low, 2048},    {medium, 8192},
                                                            {high, 16384},   {xhigh, 32768}, {max, 32768}};
    for (const auto& [effort, budget] : rows) {
        const json body = Rig().budget_model().body(with_effort(effort));
        EXPECT_EQ(body["thinking"], (json{{"type", "enabled"}, {"budget_tokens", budget}}));
        EXPECT_EQ(body["max_tokens"], 8192 + budget) << "the answer's share is not eaten";
        EXPECT_FALSE(body.contains("output_config"));
    }
}

TEST(AnthropicThinking, KnowsTheGenerationThatHasAnEffortButNoAdaptiveForm) {
    const json body =
        Rig().adaptive_model({"low", "medium", "high"}).budget_model().body(with_effort(ReasoningEffort::low));
    EXPECT_EQ(body["thinking"]["type"], "enabled");
    const json later = Rig().adaptive_model().budget_model().body(with_effort(ReasoningEffort::low));
    EXPECT_EQ(later["thinking"]["type"], "adaptive");
}

TEST(AnthropicThinking, TakesAnUnknownModelForANewOne) {
    EXPECT_EQ(Rig().body(with_effort(ReasoningEffort::high))["thinking"]["type"], "adaptive");
}

TEST(AnthropicThinking, IsSwitchedOffInWords) {
    EXPECT_EQ(Rig().adaptive_model().body(with_effort(ReasoningEffort::none))["thinking"],
              json::parse(R"({"type":"disabled"})"));
    EXPECT_EQ(Rig().budget_model().body(with_effort(ReasoningEffort::none))["thinking"],
              json::parse(R"({"type":"disabled"})"));
    Rig cannot;
    cannot.deployment.capabilities.set(Feature::reasoning, Support::absent);
    EXPECT_FALSE(cannot.body(with_effort(ReasoningEffort::none)).contains("thinking"));
    EXPECT_TRUE(cannot.adapted.empty());
}

TEST(AnthropicThinking, IsDroppedWhereTheModelCannot) {
    Rig rig;
    rig.deployment.capabilities.set(Feature::reasoning, Support::absent);
    EXPECT_FALSE(rig.body(with_effort(ReasoningEffort::high)).contains("thinking"));
    EXPECT_TRUE(was_adapted(rig.adapted, "reasoning_effort", AdaptAction::dropped));
}

TEST(AnthropicThinking, KeepsTheClientsTokenLimitAndMakesRoomInTheBudget) {
    Rig rig;
    rig.budget_model();
    ChatRequest request = with_effort(ReasoningEffort::high);
    request.max_tokens = 4000;
    json body = rig.body(request);
    EXPECT_EQ(body["max_tokens"], 4000);
    EXPECT_EQ(body["thinking"]["budget_tokens"], 3000);
    EXPECT_TRUE(was_adapted(rig.adapted, "reasoning_effort", AdaptAction::clamped));

    request.max_tokens = 1000;  // the smallest budget would leave no answer
    body = rig.body(request);
    EXPECT_FALSE(body.contains("thinking"));
    EXPECT_EQ(body["max_tokens"], 1000);
    EXPECT_TRUE(was_adapted(rig.adapted, "reasoning_effort", AdaptAction::dropped));
    rig.mode = config::AdaptMode::strict;
    EXPECT_EQ(rig.refused(request), "reasoning_effort");
}

TEST(AnthropicThinking, PassesTheNativeObjectAndPrefersIt) {
    Rig rig;
    ChatRequest request = with_effort(ReasoningEffort::low);
    request.max_tokens = 9000;
    request.reasoning.native = R"({"type":"enabled","budget_tokens":5000})";
    const json body = rig.budget_model().body(request);
    EXPECT_EQ(body["thinking"], json::parse(request.reasoning.native));
    EXPECT_EQ(body["max_tokens"], 9000);
}

TEST(AnthropicThinking, SaysANativeObjectInTheFormThatTheModelTakes) {
    ChatRequest request = ask_limited("q");
    request.reasoning.native = R"({"type":"enabled","budget_tokens":5000})";
    const json adaptive = Rig().adaptive_model().body(request);
    EXPECT_EQ(adaptive["thinking"]["type"], "adaptive");
    EXPECT_EQ(adaptive["output_config"]["effort"], "medium");
    request.reasoning.native = R"({"type":"adaptive"})";
    request.max_tokens.reset();
    EXPECT_EQ(Rig().budget_model().body(request)["thinking"]["budget_tokens"], 16384);
}

TEST(AnthropicThinking, IsDisabledInAToolLoopWithoutItsSealedReasoning) {
    Rig rig;
    rig.budget_model();
    ChatRequest request = with_effort(ReasoningEffort::low);
    request.messages = {user("q"), assistant_turn({call("c", "f", "{}")}), result("c", "1")};
    request.tools = {function("f")};
    EXPECT_EQ(rig.body(request)["thinking"], json::parse(R"({"type":"disabled"})"));
    EXPECT_TRUE(was_adapted(rig.adapted, "reasoning_effort", AdaptAction::dropped));

    request.messages[1].parts.insert(request.messages[1].parts.begin(), ReasoningPart{.text = "t", .signature = "S"});
    EXPECT_EQ(rig.body(request)["thinking"]["type"], "enabled");
    EXPECT_EQ(
        Rig().adaptive_model().body({.messages = {user("q"), assistant_turn({call("c", "f", "{}")}), result("c", "1")},
                                     .tools = {function("f")},
                                     .reasoning = {.effort = ReasoningEffort::low}})["thinking"]["type"],
        "adaptive");
}

TEST(AnthropicThinking, RulesOutSamplingAndForcedTools) {
    Rig rig;
    rig.budget_model();
    ChatRequest request = with_effort(ReasoningEffort::low);
    request.sampling = {.temperature = 0.2, .top_p = 0.5, .top_k = 3};
    request.tools = {function("f")};
    request.tool_choice = {.mode = ToolChoice::Mode::named, .name = "f"};
    const json body = rig.body(request);
    for (const char* name : {"temperature", "top_p", "top_k"}) {
        EXPECT_FALSE(body.contains(name)) << name;
        EXPECT_TRUE(was_adapted(rig.adapted, name, AdaptAction::dropped)) << name;
    }
    EXPECT_EQ(body["tool_choice"], json::parse(R"({"type":"auto"})"));
    EXPECT_TRUE(was_adapted(rig.adapted, "tool_choice", AdaptAction::emulated));
}

}  // namespace
}  // namespace breakwater::testing_anthropic
