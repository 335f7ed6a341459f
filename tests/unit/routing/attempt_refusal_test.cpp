#include <gtest/gtest.h>

#include <array>
#include <string>

#include "breakwater/routing/attempt_planner.hpp"

namespace breakwater {
namespace {

using namespace std::chrono_literals;

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

TEST(AttemptRefusal, OfBusyDeploymentsCanBeForgotten) {
    Deployment a{.index = 0, .name = "a"};
    Deployment b{.index = 1, .name = "b"};
    const std::array<const Deployment*, 2> candidates{&a, &b};
    config::Policies policies;
    const HealthTable health;
    RetryBudget retries{1, 100};
    RetryBudget hedges{1, 1};
    Rng rng{1};
    const TimePoint now{1000s};
    AttemptPlanner planner(candidates, policies, Deadline(), {health, retries, hedges, rng});
    for (int turn = 0; turn < 3; ++turn) {
        for (const char* name : {"a", "b"}) {
            const auto step = planner.next(now);
            const auto& tried = std::get<AttemptPlanner::Try>(step);
            EXPECT_EQ(tried.deployment->name, name);
            EXPECT_EQ(tried.reason, AttemptReason::first);
            EXPECT_FALSE(planner.is_crowded_out() && turn > 0 && name == std::string("a"));
            planner.on_busy(tried, Error(ErrorKind::overloaded, "busy"), now);
        }
        ASSERT_TRUE(std::holds_alternative<AttemptPlanner::GiveUp>(planner.next(now)));
        EXPECT_TRUE(planner.is_crowded_out());
        EXPECT_EQ(planner.attempts(), 0);
        planner.readmit();
    }
}

TEST(AttemptRefusal, OfAHedgeCostsNoneOfItsBudget) {
    Deployment a{.index = 0, .name = "a"};
    const std::array<const Deployment*, 1> candidates{&a};
    config::Policies policies;
    const HealthTable health;
    RetryBudget retries{0, 1};
    RetryBudget hedges{0, 1};
    Rng rng{1};
    const TimePoint now{1000s};
    AttemptPlanner planner(candidates, policies, Deadline(), {health, retries, hedges, rng});
    ASSERT_TRUE(std::holds_alternative<AttemptPlanner::Try>(planner.next(now)));
    for (int i = 0; i < 3; ++i) {
        const auto hedge = planner.hedge(now);
        ASSERT_TRUE(hedge) << i;
        planner.on_busy(*hedge, Error(ErrorKind::overloaded, "busy"), now);
    }
}

}  // namespace
}  // namespace breakwater
