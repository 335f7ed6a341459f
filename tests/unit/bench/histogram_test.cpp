#include "breakwater/bench/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

using breakwater::Duration;
using breakwater::bench::Histogram;
using namespace std::chrono_literals;

TEST(Histogram, IsZeroWhenEmpty) {
    const Histogram histogram;
    EXPECT_EQ(histogram.count(), 0u);
    EXPECT_EQ(histogram.percentile(0.5), 0ns);
    EXPECT_EQ(histogram.max(), 0ns);
    EXPECT_EQ(histogram.mean(), 0ns);
}

TEST(Histogram, KeepsEveryMagnitudeWithinOnePercent) {
    for (std::int64_t value = 1; value < (std::int64_t{1} << 40); value += 1 + value / 7) {
        Histogram histogram;
        histogram.record(Duration(value));
        histogram.record(Duration(value * 4));  // so that the percentile is not simply the maximum
        const double got = static_cast<double>(histogram.percentile(0.5).count());
        EXPECT_NEAR(got, static_cast<double>(value), static_cast<double>(value) * 0.005) << value;
    }
}

TEST(Histogram, HasThePercentilesOfSortedValues) {
    const unsigned seed = std::random_device()();
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    std::lognormal_distribution<double> latencies(13, 1.5);  // about half a millisecond, with a tail
    std::vector<std::int64_t> values(20'000);
    Histogram histogram;
    double sum = 0;
    for (std::int64_t& value : values) {
        value = static_cast<std::int64_t>(latencies(random));
        sum += static_cast<double>(value);
        histogram.record(Duration(value));
    }
    std::ranges::sort(values);
    for (const double fraction : {0.001, 0.5, 0.9, 0.99, 0.999, 1.0}) {
        const auto rank = static_cast<std::size_t>(std::ceil(fraction * static_cast<double>(values.size()))) - 1;
        const auto expected = static_cast<double>(values[rank]);
        EXPECT_NEAR(static_cast<double>(histogram.percentile(fraction).count()), expected, expected * 0.01) << fraction;
    }
    EXPECT_EQ(histogram.max().count(), values.back());
    EXPECT_NEAR(static_cast<double>(histogram.mean().count()), sum / static_cast<double>(values.size()), 2);
}

TEST(Histogram, CountsAValueManyTimesAtOnce) {
    Histogram histogram;
    histogram.record(0ns, 99);
    histogram.record(5ms);
    histogram.record(7ms, 0);
    EXPECT_EQ(histogram.count(), 100u);
    EXPECT_EQ(histogram.percentile(0.99), 0ns);
    EXPECT_EQ(histogram.max(), 5ms);
}

TEST(Histogram, TakesNegativeAndHugeValues) {
    Histogram histogram;
    histogram.record(-1ms);
    EXPECT_EQ(histogram.max(), 0ns);
    histogram.record(24h);
    EXPECT_EQ(histogram.max(), 24h);
    EXPECT_GT(histogram.percentile(1), 18min);
}

TEST(Histogram, ForgetsWhenCleared) {
    Histogram histogram;
    histogram.record(1s);
    histogram.clear();
    EXPECT_EQ(histogram.count(), 0u);
    EXPECT_EQ(histogram.percentile(0.5), 0ns);
    EXPECT_EQ(histogram.max(), 0ns);
}
