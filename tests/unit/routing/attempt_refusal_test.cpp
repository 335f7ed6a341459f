#include <gtest/gtest.h>

#include <array>

#include "breakwater/routing/attempt_planner.hpp"

namespace breakwater {
namespace {

struct World {
    Deployment a{.index = 0, .name = "a"};
    Deployment b{.index = 1, .name = "b"};
    Deployment c{.index = 2, .name = "c"};
    std::array<const Deployment*, 3> candidates{&a, &b, &c};
    config::Policies policies{};
    RetryBudget budget{0, 0};
    RetryBudget hedges{0, 0};
    HealthTable health{};
    Rng rng{1};
    TimePoint now{};
    AttemptPlanner planner{candidates, policies, Deadline(), {health, budget, hedges, rng}};
    std::optional<AttemptPlanner::Try> last{};

    const Deployment* next() {
        AttemptPlanner::Step step = planner.next(now);
        const auto* attempt = std::get_if<AttemptPlanner::Try>(&step);
        if (attempt != nullptr) last.emplace(*attempt);
        return attempt == nullptr ? nullptr : attempt->deployment;
    }
};

// A deployment that cannot do what is asked costs neither an attempt nor a token of the budget.
TEST(AttemptRefusal, GoesOnToTheNextCandidateWithoutCountingAnAttempt) {
    World world;
    world.policies.retry.attempts = 1;
    ASSERT_EQ(world.next(), &world.a);
    world.planner.on_refusal(*world.last, Error(ErrorKind::unsupported_parameter, "n"), world.now);
    ASSERT_EQ(world.next(), &world.b);
    world.planner.on_refusal(*world.last, Error(ErrorKind::unsupported_parameter, "n"), world.now);

    EXPECT_EQ(world.next(), &world.c);
    EXPECT_EQ(world.planner.attempts(), 1);
}

TEST(AttemptRefusal, IsReportedOnlyWhenNobodyWasAsked) {
    World world;
    world.policies.retry.attempts = 1;
    ASSERT_EQ(world.next(), &world.a);
    world.planner.on_refusal(*world.last, Error(ErrorKind::unsupported_parameter, "n"), world.now);
    ASSERT_EQ(world.next(), &world.b);
    world.planner.on_failure(*world.last, Error(ErrorKind::overloaded, "busy"), world.now);

    const AttemptPlanner::Step step = world.planner.next(world.now);
    ASSERT_TRUE(std::holds_alternative<AttemptPlanner::GiveUp>(step));
    EXPECT_EQ(std::get<AttemptPlanner::GiveUp>(step).error.kind, ErrorKind::overloaded);
}

TEST(AttemptRefusal, EndsTheRequestWhenEveryCandidateRefuses) {
    World world;
    for (int i = 0; i < 3; ++i) {
        ASSERT_NE(world.next(), nullptr);
        world.planner.on_refusal(*world.last, Error(ErrorKind::unsupported_parameter, "n", "n"), world.now);
    }
    const AttemptPlanner::Step step = world.planner.next(world.now);
    ASSERT_TRUE(std::holds_alternative<AttemptPlanner::GiveUp>(step));
    EXPECT_EQ(std::get<AttemptPlanner::GiveUp>(step).error.param, "n");
}

}  // namespace
}  // namespace breakwater
