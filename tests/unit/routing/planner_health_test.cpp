#include <gtest/gtest.h>

#include <array>

#include "breakwater/routing/attempt_planner.hpp"

namespace breakwater {
namespace {

using namespace std::chrono_literals;

/// Two deployments with their health, as one worker sees it; `elsewhere` is what another worker makes of the first.
struct World {
    Deployment a{.index = 0, .name = "a"};
    Deployment b{.index = 1, .name = "b"};
    std::array<const Deployment*, 2> candidates{&a, &b};
    SharedHealth shared_a;
    SharedHealth shared_b;
    DeploymentHealth health_a{shared_a};
    DeploymentHealth health_b{shared_b};
    DeploymentHealth elsewhere{shared_a};
    HealthTable health{{&health_a, &health_b}, {}};
    config::Policies policies{};
    RetryBudget retries{1, 100};
    RetryBudget hedges{1, 100};
    Rng rng{1};
    TimePoint now = TimePoint{} + 1h;
    AttemptPlanner planner{candidates, policies, Deadline(), {health, retries, hedges, rng}};

    std::string step() {
        const AttemptPlanner::Step next = planner.next(now);
        if (const auto* tried = std::get_if<AttemptPlanner::Try>(&next)) {
            last.emplace(*tried);
            return tried->deployment->name + " " + std::string(to_string(tried->reason));
        }
        if (const auto* wait = std::get_if<AttemptPlanner::Wait>(&next)) {
            waited = wait->delay;
            return "wait";
        }
        error = std::get<AttemptPlanner::GiveUp>(next).error;
        return "give up " + std::string(error->code_or_default());
    }
    static Error of(ErrorKind kind, std::optional<std::chrono::milliseconds> retry_after = {}) {
        Error made(kind, "x");
        made.retry_after = retry_after;
        return made;
    }
    void break_down(DeploymentHealth& of_one) {
        for (int i = 0; i < 5; ++i)
            of_one.on_failure({}, of(ErrorKind::upstream_connect), false, policies.breaker, now, rng);
    }
    std::optional<AttemptPlanner::Try> last;
    Duration waited{0};
    Boxed<Error> error;
};

TEST(PlannerHealth, PassesOverAnOpenCircuit) {
    World world;
    world.break_down(world.health_a);
    EXPECT_EQ(world.step(), "b first");
}

TEST(PlannerHealth, ProbesInItsTurnAndGoesOnWhenThatFails) {
    World world;
    world.break_down(world.health_a);
    world.now += 6s;
    EXPECT_EQ(world.step(), "a first");
    EXPECT_TRUE(world.last->ticket.probe);
    world.planner.on_failure(*world.last, World::of(ErrorKind::upstream_timeout), world.now);
    EXPECT_EQ(world.step(), "b failover");
}

TEST(PlannerHealth, LetsOneOfTwoWorkersProbe) {
    World world;
    world.break_down(world.health_a);
    world.break_down(world.elsewhere);
    world.now += 6s;
    EXPECT_TRUE(world.elsewhere.begin(world.policies.breaker, world.now).probe);
    EXPECT_FALSE(world.health_a.begin(world.policies.breaker, world.now).probe);
}

TEST(PlannerHealth, DoesNotRepeatWhereAPauseWasAskedForMeanwhile) {
    World world;
    EXPECT_EQ(world.step(), "a first");
    world.elsewhere.on_failure({}, World::of(ErrorKind::rate_limited, 30s), false, world.policies.breaker, world.now,
                               world.rng);
    world.planner.on_failure(*world.last, World::of(ErrorKind::upstream_error), world.now);
    EXPECT_EQ(world.step(), "b failover");
}

TEST(PlannerHealth, RestsNoDeploymentThatOtherRequestsCanAskWithAnotherKey) {
    World world;
    EXPECT_EQ(world.step(), "a first");
    world.planner.on_failure(*world.last, World::of(ErrorKind::rate_limited, 30s), world.now,
                             OtherCredential::for_others);
    EXPECT_EQ(world.step(), "b failover") << "this request has no key left there";
    EXPECT_EQ(world.health_a.standing(world.policies.breaker, world.now), DeploymentHealth::Standing::ready);
}

TEST(PlannerHealth, KeepsNoAttemptForADeploymentThatRests) {
    World world;
    world.policies.retry.attempts = 2;
    world.health_b.on_failure({}, World::of(ErrorKind::rate_limited, 50s), false, world.policies.breaker, world.now,
                              world.rng);
    EXPECT_EQ(world.step(), "a first");
    world.planner.on_failure(*world.last, World::of(ErrorKind::upstream_permission), world.now, OtherCredential::here);
    EXPECT_EQ(world.step(), "a other_credential");
}

TEST(PlannerHealth, WaitsForAPauseThatOthersWereTold) {
    World world;
    for (DeploymentHealth* health : {&world.health_a, &world.health_b}) {
        health->on_failure({}, World::of(ErrorKind::rate_limited, 4s), false, world.policies.breaker, world.now,
                           world.rng);
    }
    EXPECT_EQ(world.step(), "wait");
    EXPECT_GT(world.waited, 4s);
    EXPECT_LE(world.waited, 5s) << "spread, so that not all come at once";
    world.now += world.waited;
    EXPECT_EQ(world.step(), "a first");
}

TEST(PlannerHealth, EndsAtOnceWhenAllAreOpenWhateverElseTheyAre) {
    World world;
    for (DeploymentHealth* health : {&world.health_a, &world.health_b}) {
        world.break_down(*health);
        health->on_failure({}, World::of(ErrorKind::rate_limited, 30s), false, world.policies.breaker, world.now,
                           world.rng);
    }
    EXPECT_TRUE(world.step().starts_with("give up")) << "nobody waits for a circuit";
    EXPECT_TRUE(world.error->retry_after);
}

TEST(PlannerHealth, TellsALongPauseAsTheProviderDid) {
    World world;
    world.policies.retry.attempts = 1;
    EXPECT_EQ(world.step(), "a first");
    world.planner.on_failure(*world.last, World::of(ErrorKind::rate_limited, 300s), world.now);
    EXPECT_EQ(world.step(), "give up rate_limit_exceeded");
    EXPECT_EQ(world.error->retry_after, 300s);
}

TEST(PlannerHealth, HedgesOnAnotherThatMayBeAskedOrBesideItself) {
    World world;
    EXPECT_EQ(world.step(), "a first");
    EXPECT_EQ(world.planner.hedge(world.now)->deployment, &world.b);

    World alone;
    EXPECT_EQ(alone.step(), "a first");
    alone.planner.on_failure(*alone.last, World::of(ErrorKind::overloaded, 5s), alone.now);
    EXPECT_EQ(alone.step(), "b failover");
    EXPECT_EQ(alone.planner.hedge(alone.now)->deployment, &alone.b) << "a has asked for a pause";
}

TEST(PlannerHealth, StillAsksAProviderThatFailsHalfOfTheTime) {
    World world;
    for (int i = 0; i < 6; ++i) {
        for (DeploymentHealth* health : {&world.health_a, &world.health_b}) {
            health->on_first_content({}, true, SizeClass::small, 1ms, world.now);
            health->on_failure({}, World::of(ErrorKind::upstream_error), false, world.policies.breaker, world.now,
                               world.rng);
        }
    }
    ASSERT_EQ(world.health_a.standing(world.policies.breaker, world.now), DeploymentHealth::Standing::open);
    EXPECT_EQ(world.step(), "a first");
}

}  // namespace
}  // namespace breakwater
