#include "breakwater/routing/retry_budget.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr TimePoint kNow{seconds(1000)};

int take_all(RetryBudget& budget, TimePoint now) {
    int taken = 0;
    while (budget.try_take(now)) ++taken;
    return taken;
}

TEST(RetryBudget, EarnsItsShareOfTheRequests) {
    RetryBudget budget(0.2, 0);
    EXPECT_FALSE(budget.try_take(kNow));
    for (int i = 0; i < 25; ++i) budget.on_request(kNow);
    EXPECT_EQ(take_all(budget, kNow), 5);
}

TEST(RetryBudget, EarnsItsFloorOverTime) {
    RetryBudget budget(0, 10);
    EXPECT_EQ(take_all(budget, kNow), 10);
    EXPECT_FALSE(budget.try_take(kNow + milliseconds(50)));
    EXPECT_TRUE(budget.try_take(kNow + milliseconds(100)));
    EXPECT_EQ(take_all(budget, kNow + milliseconds(1100)), 10);
}

TEST(RetryBudget, AllowsNothingWhenBothAreZero) {
    RetryBudget budget(0, 0);
    for (int i = 0; i < 100; ++i) budget.on_request(kNow + seconds(i));
    EXPECT_FALSE(budget.try_take(kNow + seconds(1000)));
}

TEST(RetryBudget, DoesNotSaveUpForAStorm) {
    RetryBudget budget(0.2, 3);
    for (int i = 0; i < 100'000; ++i) budget.on_request(kNow);
    EXPECT_EQ(take_all(budget, kNow + std::chrono::hours(24)), 30);
}

TEST(RetryBudget, BoundsAStormToShareAndFloor) {
    // A thousand requests a second for ten seconds, each of which would like three retries.
    RetryBudget budget(0.2, 10);
    int retries = 0;
    for (int i = 0; i < 10'000; ++i) {
        const TimePoint now = kNow + milliseconds(i);
        budget.on_request(now);
        for (int retry = 0; retry < 3; ++retry) retries += budget.try_take(now) ? 1 : 0;
    }
    EXPECT_NEAR(retries, 0.2 * 10'000 + 10 * 10 + 10, 2);
}

TEST(RetryBudget, IgnoresTimeThatGoesBack) {
    RetryBudget budget(0, 1);
    EXPECT_TRUE(budget.try_take(kNow));
    EXPECT_FALSE(budget.try_take(kNow - seconds(100)));
    EXPECT_FALSE(budget.try_take(kNow));
    EXPECT_NEAR(budget.tokens(kNow + milliseconds(500)), 0.5, 1e-6);
}

TEST(RetryBudget, TakesBackWhatWasNotUsed) {
    RetryBudget budget(0, 1);
    ASSERT_TRUE(budget.try_take(kNow));
    budget.give_back();
    EXPECT_TRUE(budget.try_take(kNow));
    EXPECT_FALSE(budget.try_take(kNow));
}

}  // namespace
}  // namespace breakwater
