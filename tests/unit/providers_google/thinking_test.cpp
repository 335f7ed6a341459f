#include "support.hpp"

namespace breakwater::testing_google {
namespace {

json thinking(Rig& rig, Reasoning reasoning, std::optional<std::int64_t> max_tokens = {}) {
    ChatRequest request = ask_limited("q");
    request.max_tokens = max_tokens;
    request.reasoning = std::move(reasoning);
    const json body = rig.body(request);
    return body.value("/generationConfig/thinkingConfig"_json_pointer, json());
}
json level(std::string_view word) {
    return {{"thinkingLevel", word}, {"includeThoughts", true}};
}
json budget(std::int64_t tokens) {
    return {{"thinkingBudget", tokens}, {"includeThoughts", true}};
}

using Effort = ReasoningEffort;

TEST(GoogleThinking, IsLeftToTheModelUnlessAskedFor) {
    Rig rig;
    EXPECT_EQ(thinking(rig, {}), json());
    EXPECT_EQ(thinking(rig.budget_model(), {}), json());
}

TEST(GoogleThinking, GoesByLevelsOnNewModels) {
    Rig rig;
    rig.level_model();
    EXPECT_EQ(thinking(rig, {.effort = Effort::minimal}), level("MINIMAL"));
    EXPECT_EQ(thinking(rig, {.effort = Effort::low}), level("LOW"));
    EXPECT_EQ(thinking(rig, {.effort = Effort::medium}), level("MEDIUM"));
    EXPECT_EQ(thinking(rig, {.effort = Effort::high}), level("HIGH"));
    EXPECT_TRUE(rig.adapted.empty());
    EXPECT_EQ(thinking(rig, {.effort = Effort::max}), level("HIGH"));
    EXPECT_TRUE(was_adapted(rig.adapted, "reasoning_effort", AdaptAction::mapped));
}

TEST(GoogleThinking, OfNewModelsCannotBeOff) {
    Rig rig;
    rig.level_model({"low", "high"});
    EXPECT_EQ(thinking(rig, {.effort = Effort::none}), json::parse(R"({"thinkingLevel":"LOW"})"));
    EXPECT_TRUE(was_adapted(rig.adapted, "reasoning_effort", AdaptAction::mapped));
    EXPECT_EQ(thinking(rig, {.effort = Effort::medium}), level("HIGH"));
}

TEST(GoogleThinking, TurnsBudgetsIntoLevels) {
    Rig rig;
    rig.level_model();
    EXPECT_EQ(thinking(rig, {.budget_tokens = 128}), level("MINIMAL"));
    EXPECT_EQ(thinking(rig, {.budget_tokens = 2000}), level("LOW"));
    EXPECT_EQ(thinking(rig, {.budget_tokens = 8192}), level("MEDIUM"));
    EXPECT_EQ(thinking(rig, {.budget_tokens = 9000}), level("HIGH"));
    EXPECT_TRUE(was_adapted(rig.adapted, "reasoning_budget", AdaptAction::mapped));
}

TEST(GoogleThinking, GoesByBudgetsOnTheModelsBefore) {
    Rig rig;
    rig.budget_model();
    EXPECT_EQ(thinking(rig, {.effort = Effort::none}), json::parse(R"({"thinkingBudget":0})"));
    EXPECT_EQ(thinking(rig, {.effort = Effort::minimal}), budget(512));
    EXPECT_EQ(thinking(rig, {.effort = Effort::low}), budget(1024));
    EXPECT_EQ(thinking(rig, {.effort = Effort::medium}), budget(8192));
    EXPECT_EQ(thinking(rig, {.effort = Effort::high}), budget(24576));
    EXPECT_EQ(thinking(rig, {.effort = Effort::max}), budget(24576));
    EXPECT_TRUE(was_adapted(rig.adapted, "reasoning_effort", AdaptAction::mapped));
    EXPECT_EQ(thinking(rig, {.budget_tokens = 3000}), budget(3000));
    EXPECT_TRUE(rig.adapted.empty());
    EXPECT_EQ(thinking(rig, {.budget_tokens = 99999}), budget(24576));
    EXPECT_TRUE(was_adapted(rig.adapted, "reasoning_budget", AdaptAction::clamped));
}

TEST(GoogleThinking, OfProCannotBeOff) {
    Rig rig;
    rig.budget_model(128, 32768);
    rig.deployment.capabilities.set(Feature::reasoning_off, Support::absent);
    EXPECT_EQ(thinking(rig, {.effort = Effort::none}), json::parse(R"({"thinkingBudget":128})"));
    EXPECT_EQ(thinking(rig, {.effort = Effort::minimal}), budget(128));
    EXPECT_EQ(thinking(rig, {.effort = Effort::max}), budget(32768));
}

// The token limit counts thoughts too.
TEST(GoogleThinking, LeavesRoomForTheAnswer) {
    Rig rig;
    rig.budget_model();
    EXPECT_EQ(thinking(rig, {.effort = Effort::high}, 4000), budget(3000));
    EXPECT_TRUE(was_adapted(rig.adapted, "reasoning_effort", AdaptAction::clamped));
    EXPECT_EQ(thinking(rig, {.effort = Effort::high}, 100), budget(1));
}

TEST(GoogleThinking, UnderstandsTheObjectOfAnotherVendor) {
    Rig rig;
    rig.budget_model();
    EXPECT_EQ(thinking(rig, {.budget_tokens = 2048, .native = R"({"type":"enabled","budget_tokens":2048})"}),
              budget(2048));
    EXPECT_EQ(thinking(rig, {.native = R"({"type":"disabled"})"}), json::parse(R"({"thinkingBudget":0})"));
    EXPECT_EQ(thinking(rig, {.native = R"({"type":"adaptive"})"}), budget(-1));
}

TEST(GoogleThinking, IsDroppedWhereTheModelDoesNotThink) {
    Rig rig;
    rig.old_model();
    EXPECT_EQ(thinking(rig, {.effort = Effort::high}), json());
    EXPECT_TRUE(was_adapted(rig.adapted, "reasoning_effort", AdaptAction::dropped));
    EXPECT_EQ(thinking(rig, {.effort = Effort::none}), json());
    EXPECT_TRUE(rig.adapted.empty());
}

TEST(GoogleThinking, GoesByTheNameWhereNothingElseTells) {
    Rig rig;
    rig.deployment.model = "gemini-2.5-flash-preview-99";
    EXPECT_EQ(thinking(rig, {.effort = Effort::low}), budget(1024));
    rig.deployment.model = "gemini-9-pro";
    EXPECT_EQ(thinking(rig, {.effort = Effort::low}), level("LOW"));
}

}  // namespace
}  // namespace breakwater::testing_google
