#include "breakwater/routing/latency_digest.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

using namespace std::chrono_literals;

const TimePoint kStart = TimePoint{} + 1h;

TEST(LatencyDigest, SaysNothingOfTooFew) {
    LatencyDigest digest;
    for (int i = 0; i < 19; ++i) digest.add(100ms, kStart);
    EXPECT_FALSE(digest.quantile(0.5, kStart));
    digest.add(100ms, kStart);
    EXPECT_TRUE(digest.quantile(0.5, kStart));
}

TEST(LatencyDigest, IsNeverBelowAndAtMostAnEighthAbove) {
    for (const Duration value :
         {Duration(1ms), Duration(7ms), Duration(100ms), Duration(1234ms), Duration(60s), Duration(800s)}) {
        LatencyDigest digest;
        for (int i = 0; i < 100; ++i) digest.add(value, kStart);
        const Duration median = *digest.quantile(0.5, kStart);
        EXPECT_GE(median, value);
        EXPECT_LE(median, value + value / 8 + 200us);
    }
}

TEST(LatencyDigest, KeepsTheQuantilesOfASpread) {
    LatencyDigest digest;
    for (int i = 1; i <= 500; ++i) digest.add(i * 1ms, kStart);
    EXPECT_NEAR(static_cast<double>(digest.quantile(0.5, kStart)->count()), 250e6, 32e6);
    EXPECT_NEAR(static_cast<double>(digest.quantile(0.95, kStart)->count()), 475e6, 60e6);
}

TEST(LatencyDigest, TakesWhatIsOutOfItsRange) {
    LatencyDigest digest;
    for (int i = 0; i < 20; ++i) digest.add(0ms, kStart);
    EXPECT_LE(*digest.quantile(1, kStart), 2ms);
    for (int i = 0; i < 20; ++i) digest.add(24h, kStart);
    EXPECT_GE(*digest.quantile(1, kStart), 1000s);
}

TEST(LatencyDigest, ForgetsTheGenerationBeforeTheLast) {
    LatencyDigest digest;
    for (int i = 0; i < 512; ++i) digest.add(10s, kStart);
    for (int i = 0; i < 1025; ++i) digest.add(10ms, kStart);
    EXPECT_LE(*digest.quantile(1, kStart), 12ms);
    EXPECT_LE(digest.samples(kStart), 1024u);
}

TEST(LatencyDigest, ForgetsWithTime) {
    LatencyDigest digest;
    for (int i = 0; i < 100; ++i) digest.add(10s, kStart);
    EXPECT_EQ(digest.samples(kStart + 9min), 100u);
    EXPECT_EQ(digest.samples(kStart + 11min), 0u);
    EXPECT_FALSE(digest.quantile(0.5, kStart + 11min));
}

}  // namespace
}  // namespace breakwater
