#include "breakwater/routing/circuit.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

using namespace std::chrono_literals;
using State = Circuit::State;

struct World {
    Circuit circuit;
    config::Breaker policy;
    Rng rng{1};
    TimePoint now = TimePoint{} + 1h;

    void fail(int times = 1, bool probe = false) {
        for (int i = 0; i < times; ++i) circuit.on_failure(probe, 1, policy, now, rng);
    }
    void succeed(int times = 1) {
        for (int i = 0; i < times; ++i) circuit.on_success(false, now);
    }
    [[nodiscard]] State state() const { return circuit.state(now); }
};

TEST(Circuit, StaysClosedWhileFewFail) {
    World world;
    for (int i = 0; i < 100; ++i) {
        world.succeed(3);
        world.fail(1);
    }
    EXPECT_EQ(world.state(), State::closed);
}

TEST(Circuit, OpensWhenHalfOfTheAttemptsFail) {
    World world;
    world.succeed(2);
    world.fail(1);
    world.succeed(1);
    world.fail(1);
    EXPECT_EQ(world.state(), State::closed);
    world.fail(1);
    EXPECT_EQ(world.state(), State::open);
}

TEST(Circuit, OpensAfterFailuresInARowHoweverRare) {
    World world;
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(world.state(), State::closed) << i;
        world.fail();
        world.now += 60s;
    }
    EXPECT_NE(world.state(), State::closed);
}

TEST(Circuit, CountsALateFailureHalf) {
    World world;
    for (int i = 0; i < 4; ++i) world.circuit.on_failure(false, 0.5, world.policy, world.now, world.rng);
    EXPECT_EQ(world.state(), State::closed);
}

TEST(Circuit, LetsOneProbePassAfterThePause) {
    World world;
    world.fail(5);
    EXPECT_EQ(world.state(), State::open);
    world.now += 3900ms;
    EXPECT_EQ(world.state(), State::open);
    world.now += 1200ms;
    ASSERT_EQ(world.state(), State::probe_due);
    world.circuit.begin_probe(world.now);
    EXPECT_EQ(world.state(), State::probing);
}

TEST(Circuit, IsClosedByAProbeThatSucceedsAndOpenedAnewByOneThatFails) {
    World world;
    world.fail(5);
    world.now += 6s;
    world.circuit.begin_probe(world.now);
    world.fail(1, true);
    EXPECT_EQ(world.state(), State::open);
    world.now += 6s;
    world.circuit.begin_probe(world.now);
    world.circuit.on_success(true, world.now);
    EXPECT_EQ(world.state(), State::closed);
}

TEST(Circuit, HeedsNothingThatBeganBeforeItOpened) {
    World world;
    world.fail(5);
    world.now += 6s;
    world.succeed(3);
    EXPECT_EQ(world.state(), State::probe_due);
    world.circuit.begin_probe(world.now);
    world.fail(1);
    EXPECT_EQ(world.state(), State::probing);
}

TEST(Circuit, LetsAnotherProbeWhenOneIsAbandonedOrForgotten) {
    World world;
    world.fail(5);
    world.now += 6s;
    world.circuit.begin_probe(world.now);
    world.circuit.on_probe_abandoned(world.now);
    EXPECT_EQ(world.state(), State::probe_due);
    world.circuit.begin_probe(world.now);
    world.now += 61s;
    EXPECT_EQ(world.state(), State::probe_due);
}

TEST(Circuit, GetsItsLoadBackStepByStep) {
    World world;
    EXPECT_EQ(world.circuit.ramp(world.now), 1);
    world.fail(5);
    EXPECT_EQ(world.circuit.ramp(world.now), 0);
    world.now += 6s;
    world.circuit.begin_probe(world.now);
    world.circuit.on_success(true, world.now);
    EXPECT_NEAR(world.circuit.ramp(world.now), 0.1, 0.01);
    EXPECT_NEAR(world.circuit.ramp(world.now + 5s), 0.55, 0.01);
    EXPECT_EQ(world.circuit.ramp(world.now + 10s), 1);
}

TEST(Circuit, NeverOpensWhenThePolicySaysSo) {
    World world;
    world.policy.enabled = false;
    world.fail(100);
    EXPECT_EQ(world.state(), State::closed);
    EXPECT_GT(world.circuit.error_share(world.now), 0.99);
}

TEST(Circuit, ForgetsOldFailures) {
    World world;
    world.fail(4);
    world.succeed();
    EXPECT_NEAR(world.circuit.error_share(world.now), 0.8, 0.01);
    world.now += 5min;
    EXPECT_EQ(world.circuit.error_share(world.now), 0);
}

}  // namespace
}  // namespace breakwater
