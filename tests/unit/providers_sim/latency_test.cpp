#include "providers/sim/latency.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace breakwater::sim {
namespace {

using std::chrono::milliseconds;

std::vector<Duration> sorted_draws(milliseconds p50, milliseconds p95, std::size_t count = 20'000) {
    Rng rng(42);
    const Latency latency(p50, p95);
    std::vector<Duration> draws(count);
    for (Duration& draw : draws) draw = latency.draw(rng);
    std::ranges::sort(draws);
    return draws;
}

double in_ms(Duration duration) {
    return static_cast<double>(duration.count()) / 1e6;
}

TEST(SimLatency, HasTheMedianAndTheTailThatWereAskedFor) {
    const auto draws = sorted_draws(milliseconds(100), milliseconds(400));
    EXPECT_NEAR(in_ms(draws[draws.size() / 2]), 100, 5);
    EXPECT_NEAR(in_ms(draws[draws.size() * 95 / 100]), 400, 25);
    EXPECT_GT(draws.back(), milliseconds(800));
}

TEST(SimLatency, IsConstantWithoutASpread) {
    for (const auto p95 : {milliseconds(0), milliseconds(20), milliseconds(30)}) {
        const auto draws = sorted_draws(milliseconds(30), p95, 100);
        EXPECT_EQ(draws.front(), milliseconds(30));
        EXPECT_EQ(draws.back(), milliseconds(30));
    }
}

TEST(SimLatency, IsNothingWithoutSettings) {
    EXPECT_EQ(sorted_draws(milliseconds(0), milliseconds(0), 10).back(), Duration::zero());
}

TEST(SimLatency, TakesHalfOfAP95ThatStandsAloneForTheMedian) {
    const auto draws = sorted_draws(milliseconds(0), milliseconds(400));
    EXPECT_NEAR(in_ms(draws[draws.size() / 2]), 200, 10);
    EXPECT_NEAR(in_ms(draws[draws.size() * 95 / 100]), 400, 20);
}

}  // namespace
}  // namespace breakwater::sim
