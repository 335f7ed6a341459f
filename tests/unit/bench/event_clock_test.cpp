#include "bench/event_clock.hpp"

#include <gtest/gtest.h>

using breakwater::TimePoint;
using breakwater::bench::EventClock;
using breakwater::bench::Spacing;
using namespace std::chrono_literals;

namespace {

const TimePoint kStart = TimePoint() + 1h;

}  // namespace

TEST(EventClock, RecordsGapsBetweenEventsOfAStream) {
    EventClock clock;
    Spacing spacing;
    clock.begin();
    EXPECT_FALSE(clock.started());
    clock.record(1, kStart, std::nullopt, &spacing);
    EXPECT_TRUE(clock.started());
    EXPECT_EQ(spacing.gap.count(), 0u);
    clock.record(1, kStart + 10ms, std::nullopt, &spacing);
    clock.record(3, kStart + 30ms, std::nullopt, &spacing);
    EXPECT_EQ(spacing.gap.count(), 4u);  // 10 ms, 20 ms, and two that came with another
    EXPECT_EQ(spacing.gap.max(), 20ms);
    EXPECT_EQ(spacing.gap.mean(), 7500us);
    EXPECT_EQ(spacing.delay.count(), 0u);
}

TEST(EventClock, StartsAnewWithEachStream) {
    EventClock clock;
    Spacing spacing;
    clock.record(1, kStart, std::nullopt, &spacing);
    clock.begin();
    clock.record(1, kStart + 10s, std::nullopt, &spacing);
    EXPECT_EQ(spacing.gap.count(), 0u);
}

TEST(EventClock, MeasuresDelayAgainstThePace) {
    EventClock clock;
    Spacing spacing;
    for (const auto at : {0ms, 10ms, 25ms, 30ms}) clock.record(1, kStart + at, 10ms, &spacing);
    EXPECT_EQ(spacing.delay.count(), 4u);
    EXPECT_EQ(spacing.delay.max(), 5ms);
    EXPECT_EQ(spacing.delay.percentile(0.75), 0ns);
}

TEST(EventClock, TakesTheFastestEventForPunctual) {
    EventClock clock;
    Spacing spacing;
    clock.record(1, kStart + 4ms, 10ms, nullptr);   // the first one was held up
    clock.record(1, kStart + 10ms, 10ms, nullptr);  // which the second one shows
    clock.record(1, kStart + 21ms, 10ms, &spacing);
    EXPECT_EQ(spacing.delay.max(), 1ms);
}

TEST(EventClock, KeepsTimeWhileNothingIsRecorded) {
    EventClock clock;
    Spacing spacing;
    clock.record(1, kStart, std::nullopt, nullptr);
    clock.record(1, kStart + 10ms, std::nullopt, nullptr);
    clock.record(1, kStart + 11ms, std::nullopt, &spacing);
    EXPECT_EQ(spacing.gap.max(), 1ms);
}
