#include <gtest/gtest.h>

#include <array>

#include "breakwater/routing/attempt_planner.hpp"

namespace breakwater {
namespace {

using namespace std::chrono_literals;

/// Two deployments whose answers told what is left of their limits, and a request of 500 tokens.
struct World {
    Deployment a{.index = 0, .name = "a"};
    Deployment b{.index = 1, .name = "b"};
    SharedHealth shared_a;
    SharedHealth shared_b;
    DeploymentHealth health_a{shared_a};
    DeploymentHealth health_b{shared_b};
    HealthTable health{{&health_a, &health_b}, {}};
    config::Policies policies{};
    RetryBudget retries{1, 100};
    RetryBudget hedges{1, 100};
    Rng rng{1};
    TimePoint now{1000s};
    std::array<const Deployment*, 2> both{&a, &b};

    AttemptPlanner planner(std::size_t candidates, Deadline deadline = {}) {
        return {std::span(both).first(candidates), policies, deadline, {health, retries, hedges, rng, 500}};
    }
    static std::string name(const AttemptPlanner::Step& step) {
        const auto* tried = std::get_if<AttemptPlanner::Try>(&step);
        return tried != nullptr ? tried->deployment->name : std::get_if<AttemptPlanner::Wait>(&step) ? "wait" : "none";
    }
};

TEST(PlannerLimits, PassOverADeploymentWithoutRequestsLeft) {
    World world;
    world.health_a.on_rate_limits({.requests = {.remaining = 0, .reset = 9s}}, world.now);
    AttemptPlanner planner = world.planner(2);
    const auto step = planner.next(world.now);
    EXPECT_EQ(World::name(step), "b");
    const auto passed = planner.passed_over(std::get<AttemptPlanner::Try>(step), world.now);
    ASSERT_EQ(passed.size(), 1u);
    EXPECT_EQ(passed.front().deployment, &world.a);
    EXPECT_EQ(passed.front().reason, "rate_limit_headers");
    EXPECT_EQ(World::name(world.planner(2).next(world.now + 9s)), "a") << "once it has reset";
}

TEST(PlannerLimits, PassOverADeploymentWithTooFewTokensForTheRequest) {
    World world;
    world.health_a.on_rate_limits({.tokens = {.remaining = 499, .reset = 9s}}, world.now);
    EXPECT_EQ(World::name(world.planner(2).next(world.now)), "b");
    world.health_a.on_rate_limits({.tokens = {.remaining = 500, .reset = 9s}}, world.now);
    EXPECT_EQ(World::name(world.planner(2).next(world.now)), "a");
}

TEST(PlannerLimits, CountTheRequestsThatAreUnderWay) {
    World world;
    world.health_a.on_rate_limits({.requests = {.remaining = 2, .reset = 9s}}, world.now);
    std::string asked;
    for (int i = 0; i < 4; ++i) asked += World::name(world.planner(2).next(world.now));
    EXPECT_EQ(asked, "aabb");
}

TEST(PlannerLimits, WaitForTheOnlyOneWhenThatFits) {
    World world;
    world.health_a.on_rate_limits({.requests = {.remaining = 0, .reset = 4s}}, world.now);
    AttemptPlanner planner = world.planner(1, Deadline(world.now + 20s));
    const auto step = planner.next(world.now);
    ASSERT_EQ(World::name(step), "wait");
    const Duration delay = std::get<AttemptPlanner::Wait>(step).delay;
    EXPECT_TRUE(delay > 4s && delay <= 5s + 1ns) << "not all in the same moment";
    EXPECT_EQ(World::name(planner.next(world.now + delay)), "a");
}

TEST(PlannerLimits, AskTheOnlyOneAnywayWhenWaitingDoesNotFit) {
    World world;
    world.health_a.on_rate_limits({.requests = {.remaining = 0, .reset = 30s}}, world.now);
    EXPECT_EQ(World::name(world.planner(1, Deadline(world.now + 20s)).next(world.now)), "a");
}

TEST(PlannerLimits, DoNotOverruleAPauseThatTheProviderAskedFor) {
    World world;
    Error limited(ErrorKind::rate_limited, "x");
    limited.retry_after = 40s;
    world.health_a.on_failure({}, limited, false, world.policies.breaker, world.now, world.rng);
    world.health_a.on_rate_limits({.requests = {.remaining = 0, .reset = 45s}}, world.now);
    EXPECT_EQ(World::name(world.planner(1, Deadline(world.now + 20s)).next(world.now)), "none");
}

TEST(PlannerLimits, AreNotHeededWithoutABreaker) {
    World world;
    world.policies.breaker.enabled = false;
    world.health_a.on_rate_limits({.requests = {.remaining = 0, .reset = 9s}}, world.now);
    EXPECT_EQ(World::name(world.planner(2).next(world.now)), "a");
}

TEST(PlannerLimits, DoNotHedgeOnWhoHasNothingLeft) {
    World world;
    world.health_b.on_rate_limits({.requests = {.remaining = 0, .reset = 9s}}, world.now);
    AttemptPlanner planner = world.planner(2);
    ASSERT_EQ(World::name(planner.next(world.now)), "a");
    const auto hedge = planner.hedge(world.now);
    ASSERT_TRUE(hedge);
    EXPECT_EQ(hedge->deployment, &world.a);
}

}  // namespace
}  // namespace breakwater
