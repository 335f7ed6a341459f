#include <gtest/gtest.h>

#include <array>

#include "adapt_support.hpp"

namespace breakwater {
namespace {

using config::AdaptMode;
using test::Bend;

Bend reasoner(ReasoningEffort effort, std::vector<std::string> levels) {
    Bend bend;
    bend.request.reasoning.effort = effort;
    bend.capabilities.set(Feature::reasoning, Support::native);
    bend.capabilities.rule(Parameter::reasoning_effort).values = std::move(levels);
    return bend;
}

struct Case {
    ReasoningEffort wanted;
    std::vector<std::string> levels;
    ReasoningEffort expected;
};

TEST(AdaptReasoning, MapsTheEffortToTheNearestLevel) {
    using enum ReasoningEffort;
    const std::vector<Case> cases{
        {minimal, {"low", "high"}, low},
        {medium, {"low", "high"}, high},
        {xhigh, {"low", "medium", "high"}, high},
        {xhigh, {"high", "max"}, max},
        {max, {"low"}, low},
        {minimal, {"none", "medium"}, medium},
        {high, {"none", "low", "high"}, high},
        {none, {"none", "low"}, none},
        {none, {"high", "low"}, low},
        {medium, {}, medium},
        {medium, {"unheard of"}, medium},
    };
    for (const Case& c : cases) {
        Bend bend = reasoner(c.wanted, c.levels);
        EXPECT_EQ(bend.adapt(), c.wanted == c.expected ? "" : "reasoning_effort=mapped");
        EXPECT_EQ(*bend.request.reasoning.effort, c.expected) << to_string(c.wanted);
    }
}

TEST(AdaptReasoning, MapsNoneToTheLowestWhereReasoningCannotBeSwitchedOff) {
    Bend bend = reasoner(ReasoningEffort::none, {"none", "medium", "low"});
    bend.capabilities.set(Feature::reasoning_off, Support::absent);
    EXPECT_EQ(bend.adapt(), "reasoning_effort=mapped");
    EXPECT_EQ(bend.request.reasoning.effort, ReasoningEffort::low);
    Bend unlisted = reasoner(ReasoningEffort::none, {});
    unlisted.capabilities.set(Feature::reasoning_off, Support::absent);
    EXPECT_EQ(unlisted.adapt(), "reasoning_effort=mapped");
    EXPECT_EQ(unlisted.request.reasoning.effort, ReasoningEffort::low);
}

TEST(AdaptReasoning, DropsTheWishWhereTheModelDoesNotReason) {
    Bend bend;
    bend.capabilities.set(Feature::reasoning, Support::absent);
    bend.request.reasoning = {
        .effort = ReasoningEffort::high, .budget_tokens = 100, .native = "{\"type\":\"enabled\"}"};
    EXPECT_EQ(bend.adapt(), "reasoning_effort=dropped, thinking=dropped");
    EXPECT_FALSE(bend.request.reasoning.effort);
    EXPECT_FALSE(bend.request.reasoning.budget_tokens);
    EXPECT_EQ(bend.request.reasoning.native, "");
    bend.request.reasoning.effort = ReasoningEffort::none;
    EXPECT_EQ(bend.adapt(AdaptMode::strict), "");
    EXPECT_FALSE(bend.request.reasoning.effort);
    bend.request.reasoning.effort = ReasoningEffort::low;
    EXPECT_EQ(bend.adapt(AdaptMode::strict), "refused: reasoning_effort");
}

TEST(AdaptReasoning, DropsAnEffortThatCannotBeSet) {
    Bend bend = reasoner(ReasoningEffort::high, {});
    bend.capabilities.rule(Parameter::reasoning_effort).support = Support::absent;
    EXPECT_EQ(bend.adapt(), "reasoning_effort=dropped");
}

TEST(AdaptReasoning, ClampsTheBudget) {
    Bend bend;
    bend.request.reasoning.budget_tokens = 10;
    bend.capabilities.rule(Parameter::reasoning_budget).min = 1024;
    EXPECT_EQ(bend.adapt(), "thinking.budget_tokens=clamped");
    EXPECT_EQ(bend.request.reasoning.budget_tokens, 1024);
}

TEST(Reasons, IsTrueWhenAskedForOrAlwaysOn) {
    ChatRequest plain;
    ChatRequest off;
    off.reasoning.effort = ReasoningEffort::none;
    ChatRequest effort;
    effort.reasoning.effort = ReasoningEffort::minimal;
    ChatRequest budget;
    budget.reasoning.budget_tokens = 2000;
    ChatRequest native;
    native.reasoning.native = R"({"type":"enabled","budget_tokens":1024})";
    ChatRequest disabled;
    disabled.reasoning = {.effort = ReasoningEffort::high, .native = R"({"type":"disabled"})"};

    Capabilities optional;
    optional.set(Feature::reasoning, Support::native);
    optional.set(Feature::reasoning_off, Support::native);
    optional.rule(Parameter::reasoning_effort).values = {"low", "high"};
    Capabilities always = optional;
    always.set(Feature::reasoning_off, Support::absent);
    Capabilities listed;
    listed.set(Feature::reasoning, Support::native);
    listed.rule(Parameter::reasoning_effort).values = {"low", "high"};
    Capabilities by_default = optional;
    by_default.set(Feature::reasoning_default, Support::native);
    Capabilities never;
    never.set(Feature::reasoning, Support::absent);

    for (const ChatRequest* request : {&effort, &budget, &native}) {
        EXPECT_TRUE(reasons(*request, optional));
        EXPECT_TRUE(reasons(*request, Capabilities{}));
        EXPECT_FALSE(reasons(*request, never));
    }
    for (const ChatRequest* request : {&plain, &off, &disabled}) {
        EXPECT_FALSE(reasons(*request, optional));
        EXPECT_FALSE(reasons(*request, Capabilities{}));
        EXPECT_TRUE(reasons(*request, always));
        EXPECT_TRUE(reasons(*request, listed));
    }
    EXPECT_TRUE(reasons(plain, by_default));
    EXPECT_FALSE(reasons(off, by_default));
    EXPECT_FALSE(reasons(disabled, by_default));
    listed.rule(Parameter::reasoning_effort).values = {"none", "low"};
    EXPECT_FALSE(reasons(plain, listed));
}

}  // namespace
}  // namespace breakwater
