#include "breakwater/routing/rate_limits.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kNow{1000s};

Duration wait(const SharedAllowance& allowance, std::int64_t need, TimePoint now = kNow) {
    return std::max<Duration>(allowance.available_at(need, now) - now, 0s);
}

TEST(RateLimits, KeepNothingBackWhileNothingIsKnown) {
    const SharedAllowance unknown;
    EXPECT_EQ(wait(unknown, 1'000'000), 0s);
    EXPECT_FALSE(unknown.figures(kNow));
    SharedAllowance untimed;  // zero, but nobody knows until when
    untimed.note({.remaining = 0}, kNow);
    EXPECT_EQ(wait(untimed, 1), 0s);
    EXPECT_EQ(untimed.figures(kNow)->remaining, 0);
}

TEST(RateLimits, HoldUntilTheReset) {
    SharedAllowance allowance;
    allowance.note({.limit = 100, .remaining = 5, .reset = 20s}, kNow);
    EXPECT_EQ(wait(allowance, 5), 0s);
    EXPECT_EQ(wait(allowance, 6), 20s);
    EXPECT_EQ(wait(allowance, 6, kNow + 15s), 5s);
    EXPECT_EQ(wait(allowance, 6, kNow + 20s), 0s);
}

TEST(RateLimits, HoldUntilABucketHasRefilledFarEnough) {
    SharedAllowance allowance;
    allowance.note({.limit = 100, .remaining = 0, .reset = 50s, .refills = true}, kNow);
    EXPECT_EQ(wait(allowance, 1), 500ms);
    EXPECT_EQ(wait(allowance, 40), 20s);
    EXPECT_EQ(wait(allowance, 40, kNow + 20s), 0s);
}

TEST(RateLimits, LetTheProviderSayThatARequestNeverFits) {
    SharedAllowance allowance;
    allowance.note({.limit = 100, .remaining = 0, .reset = 20s}, kNow);
    EXPECT_EQ(wait(allowance, 101), 0s);
}

TEST(RateLimits, NeverHoldForLongerThanAMinute) {
    SharedAllowance allowance;
    allowance.note({.remaining = 0, .reset = std::chrono::hours(24 * 400)}, kNow);
    EXPECT_EQ(wait(allowance, 1), 60s);
    EXPECT_EQ(wait(allowance, 1, kNow + 61s), 0s);
}

TEST(RateLimits, CountWhatIsSentSinceTheFiguresCame) {
    SharedAllowance allowance;
    allowance.note({.remaining = 2, .reset = 9s}, kNow);
    allowance.take();
    EXPECT_EQ(wait(allowance, 1), 0s);
    allowance.take();
    EXPECT_EQ(wait(allowance, 1), 9s);
    allowance.take();
    EXPECT_EQ(allowance.figures(kNow)->remaining, 0);
    allowance.note({.remaining = 2, .reset = 8s}, kNow + 1s);
    EXPECT_EQ(wait(allowance, 1, kNow + 1s), 0s);
}

TEST(RateLimits, AreShown) {
    SharedAllowance allowance;
    allowance.note({.limit = 100, .remaining = 7, .reset = 20s}, kNow);
    const auto figures = allowance.figures(kNow + 5s);
    ASSERT_TRUE(figures);
    EXPECT_EQ(figures->limit, 100);
    EXPECT_EQ(figures->remaining, 7);
    EXPECT_EQ(figures->reset, 15s);
    EXPECT_EQ(allowance.figures(kNow + 25s)->reset, 0s);
}

}  // namespace
}  // namespace breakwater
