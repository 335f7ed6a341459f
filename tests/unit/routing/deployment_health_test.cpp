#include "breakwater/routing/deployment_health.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

using namespace std::chrono_literals;
using Standing = DeploymentHealth::Standing;

struct World {
    SharedHealth shared;
    DeploymentHealth health{shared};
    config::Breaker policy;
    Rng rng{1};
    TimePoint now = TimePoint{} + 1h;

    void fail(ErrorKind kind, std::optional<std::chrono::milliseconds> retry_after = {}) {
        Error error(kind, "x");
        error.retry_after = retry_after;
        health.on_failure({}, error, false, policy, now, rng);
    }
    void answer(Duration latency, int times = 1) {
        for (int i = 0; i < times; ++i) health.on_first_content({}, true, SizeClass::small, latency, now);
    }
    [[nodiscard]] Standing standing() const { return health.standing(policy, now); }
};

TEST(DeploymentHealth, CoolsDownForAsLongAsTheProviderAsks) {
    World world;
    world.fail(ErrorKind::rate_limited, 7s);
    EXPECT_EQ(world.standing(), Standing::cooling);
    EXPECT_EQ(world.health.cooling_until() - world.now, 7s);
    world.now += 7s;
    EXPECT_EQ(world.standing(), Standing::ready);
}

TEST(DeploymentHealth, IsAlwaysReadyWithoutABreaker) {
    World world;
    world.policy.enabled = false;
    world.fail(ErrorKind::rate_limited, std::chrono::seconds(7));
    for (int i = 0; i < 50; ++i) world.fail(ErrorKind::upstream_error);
    EXPECT_EQ(world.standing(), Standing::ready);
}

TEST(DeploymentHealth, HoldsAPauseToAMinute) {
    World world;
    world.fail(ErrorKind::rate_limited, 3600s);
    EXPECT_EQ(world.health.cooling_until() - world.now, 60s);
}

TEST(DeploymentHealth, DoublesThePauseThatNobodyNamed) {
    World world;
    Duration before{0};
    for (int i = 0; i < 6; ++i) {
        world.fail(ErrorKind::rate_limited);
        const Duration pause = world.health.cooling_until() - world.now;
        EXPECT_GT(pause, before);
        EXPECT_LE(pause, 60s);
        before = pause;
        world.now += pause;
    }
    EXPECT_GT(before, 20s);
    world.answer(1ms);
    world.fail(ErrorKind::rate_limited);
    EXPECT_LE(world.health.cooling_until() - world.now, 1s);
}

TEST(DeploymentHealth, TellsOtherWorkersOfAPauseAndOfAProbe) {
    World world;
    DeploymentHealth other(world.shared);
    world.fail(ErrorKind::rate_limited, 7s);
    EXPECT_EQ(other.standing(world.policy, world.now), Standing::cooling);

    world.now += 10s;
    Error down(ErrorKind::upstream_connect, "x");
    for (int i = 0; i < 5; ++i) {
        world.health.on_failure({}, down, false, world.policy, world.now, world.rng);
        other.on_failure({}, down, false, world.policy, world.now, world.rng);
    }
    world.now += 6s;
    ASSERT_EQ(other.standing(world.policy, world.now), Standing::ready);
    EXPECT_TRUE(world.health.begin(world.policy, world.now).probe);
    EXPECT_EQ(other.standing(world.policy, world.now), Standing::open);
    EXPECT_EQ(other.standing(world.policy, world.now + 1s), Standing::ready);
}

TEST(DeploymentHealth, IsAskedLastWhenAnOperatorIsNeeded) {
    for (const ErrorKind kind : {ErrorKind::upstream_auth, ErrorKind::upstream_permission, ErrorKind::upstream_billing,
                                 ErrorKind::quota_exhausted, ErrorKind::upstream_model_missing}) {
        World world;
        world.fail(kind);
        EXPECT_EQ(world.standing(), Standing::demoted) << to_string(kind);
        world.now += 61s;
        EXPECT_EQ(world.standing(), Standing::ready) << to_string(kind);
    }
}

TEST(DeploymentHealth, IsNotBlamedForARequestThatNobodyCouldServe) {
    World world;
    for (int i = 0; i < 50; ++i) {
        world.fail(ErrorKind::invalid_request);
        world.fail(ErrorKind::content_policy);
    }
    EXPECT_EQ(world.standing(), Standing::ready);
    EXPECT_EQ(world.health.success_share(world.now), 1);
}

TEST(DeploymentHealth, IsNotBlamedForAnImpatientClient) {
    World world;
    Error late(ErrorKind::upstream_timeout, "x");
    late.code = "deadline_exceeded";
    for (int i = 0; i < 50; ++i) world.health.on_failure({}, late, false, world.policy, world.now, world.rng);
    EXPECT_EQ(world.standing(), Standing::ready);
}

TEST(DeploymentHealth, KnowsWhenAnAnswerIsLate) {
    World world;
    EXPECT_FALSE(world.health.hedge_after(true, SizeClass::small, world.now));
    world.answer(100ms, 400);
    EXPECT_FALSE(world.health.hedge_after(true, SizeClass::huge, world.now));
    EXPECT_FALSE(world.health.hedge_after(false, SizeClass::small, world.now));
    const Duration after = *world.health.hedge_after(true, SizeClass::small, world.now);
    EXPECT_GE(after, 100ms);
    EXPECT_LE(after, 115ms);
}

// Whether a twentieth of the answers is just inside or just outside of the p95 must not decide whether hedging works.
TEST(DeploymentHealth, DrawsTheLateTimeTowardsTheUsualOne) {
    for (const int slow : {15, 25, 35}) {
        World world;
        world.answer(100ms, 500 - slow);
        world.answer(1200ms, slow);
        const Duration after = *world.health.hedge_after(true, SizeClass::small, world.now);
        EXPECT_GE(after, 100ms) << slow;
        EXPECT_LE(after, 145ms) << slow;
    }
}

TEST(DeploymentHealth, SeesThatEverythingIsSlow) {
    World world;
    for (int i = 0; i < 400; ++i) world.health.on_hedge_time(i % 20 == 0);
    EXPECT_FALSE(world.health.is_generally_slow());
    for (int i = 0; i < 10; ++i) world.health.on_hedge_time(true);
    EXPECT_TRUE(world.health.is_generally_slow());
    for (int i = 0; i < 64; ++i) world.health.on_hedge_time(false);
    EXPECT_FALSE(world.health.is_generally_slow());
}

TEST(DeploymentHealth, GivesFigures) {
    World world;
    world.answer(200ms, 30);
    world.health.on_gap(20ms, world.now);
    Usage usage;
    usage.input_uncached = 300;
    usage.cache_read = 100;
    usage.output = 50;
    world.health.on_complete(&usage, 2s);
    world.fail(ErrorKind::upstream_error);
    const LiveFigures figures = world.health.figures(world.policy, SizeClass::small, world.now);
    EXPECT_EQ(figures.samples, 30u);
    EXPECT_GE(*figures.first_token_p50, 200ms);
    EXPECT_NEAR(*figures.tokens_per_second, 25, 0.1);
    EXPECT_NEAR(*figures.cached_share, 0.25, 0.001);
    EXPECT_NEAR(figures.error_share, 1.0 / 31, 0.005);
    EXPECT_EQ(figures.peak_latency, 5s) << "who fails fast attracts nothing";
    EXPECT_TRUE(figures.available);
}

TEST(DeploymentHealth, IsBlamedForADeadlineThatPassedLongAfterAnyAnswerWasDue) {
    Error late(ErrorKind::upstream_timeout, "x");
    late.code = "deadline_exceeded";
    const auto standing_after = [&late](World& world, Duration waited) {
        for (int i = 0; i < 5; ++i) {
            const auto ticket = world.health.begin(world.policy, world.now);
            world.now += waited;
            world.health.on_failure(ticket, late, false, world.policy, world.now, world.rng);
        }
        return world.standing();
    };
    World unknown;
    EXPECT_EQ(standing_after(unknown, 59s), Standing::ready);
    EXPECT_EQ(standing_after(unknown, 60s), Standing::open);
    World quick;
    for (int i = 0; i < 20; ++i) quick.health.on_first_content({}, false, SizeClass::small, 300ms, quick.now);
    EXPECT_EQ(standing_after(quick, 4900ms), Standing::ready);
    EXPECT_EQ(standing_after(quick, 5s), Standing::open);
    World slow;
    for (int i = 0; i < 20; ++i) slow.health.on_first_content({}, false, SizeClass::small, 80s, slow.now);
    EXPECT_EQ(standing_after(slow, 90s), Standing::ready) << "its answers take as long";
}

TEST(DeploymentHealth, TakesNoLateProbeForTheOneThatRuns) {
    World world;
    const Error down(ErrorKind::upstream_connect, "x");
    for (int i = 0; i < 5; ++i) world.health.on_failure({}, down, false, world.policy, world.now, world.rng);
    world.now += 6s;
    const auto first = world.health.begin(world.policy, world.now);
    ASSERT_TRUE(first.probe);
    world.now += 61s;  // it says nothing, and another may probe
    const auto second = world.health.begin(world.policy, world.now);
    ASSERT_TRUE(second.probe);
    world.health.on_abandoned(first, world.now);
    EXPECT_EQ(world.health.circuit().state(world.now), Circuit::State::probing);
    world.health.on_failure(first, down, false, world.policy, world.now, world.rng);
    EXPECT_EQ(world.health.circuit().state(world.now), Circuit::State::probing);
    world.health.on_first_content(first, true, SizeClass::small, 60s, world.now);
    EXPECT_EQ(world.health.circuit().state(world.now), Circuit::State::probing);
    world.health.on_first_content(second, true, SizeClass::small, 1s, world.now);
    EXPECT_EQ(world.health.circuit().state(world.now), Circuit::State::closed);
}

TEST(DeploymentHealth, IsNoLongerCountedAsOpenOnceItIsWithdrawn) {
    World world;
    for (int i = 0; i < 5; ++i) world.fail(ErrorKind::upstream_connect);
    EXPECT_EQ(world.shared.circuits_open, 1u);
    world.health.withdraw();
    EXPECT_EQ(world.shared.circuits_open, 0u);
    EXPECT_EQ(world.shared.times_opened, 1u);
    EXPECT_EQ(world.standing(), Standing::ready);
}

TEST(DeploymentHealth, GivesBackWhatARefusedAttemptTook) {
    World world;
    world.health.on_rate_limits({.requests = {.remaining = 1, .reset = 9s}}, world.now);
    const auto ticket = world.health.begin(world.policy, world.now);
    EXPECT_EQ(world.standing(), Standing::spent);
    world.health.on_refused(ticket, world.now);
    EXPECT_EQ(world.standing(), Standing::ready);
}

TEST(DeploymentHealth, IsJoinedWithWhatOtherWorkersKnow) {
    World world;
    DeploymentHealth other(world.shared);
    world.answer(100ms, 90);
    for (int i = 0; i < 10; ++i) other.on_first_content({}, true, SizeClass::small, 2s, world.now);
    other.on_failure({}, Error(ErrorKind::overloaded, "x"), false, world.policy, world.now, world.rng);
    HealthSum sum;
    world.health.add_to(sum, world.now);
    other.add_to(sum, world.now);
    const LatencySum& small = sum.first_tokens[static_cast<std::size_t>(SizeClass::small)];
    EXPECT_EQ(small.samples(), 100u);
    EXPECT_LT(*small.quantile(0.9), 120ms);
    EXPECT_GE(*small.quantile(0.95), 2s) << "of all answers, not of one worker's";
    ASSERT_EQ(sum.workers.size(), 2u);
    EXPECT_EQ(sum.workers[0].last_failure, "");
    EXPECT_EQ(sum.workers[1].last_failure, "server_is_overloaded");
    EXPECT_NEAR(sum.outcomes.attempts(world.now), 101, 0.1);
    const auto shares = sum.outcomes.shares();
    ASSERT_EQ(shares.size(), 1u);
    EXPECT_EQ(shares[0].first, ErrorKind::overloaded);
    EXPECT_NEAR(shares[0].second, 1.0 / 101, 1e-4);
    EXPECT_NEAR(sum.outcomes.attempts(world.now + 1h), 0, 0.01) << "it fades";
}

}  // namespace
}  // namespace breakwater
