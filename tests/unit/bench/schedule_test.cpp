#include "bench/schedule.hpp"

#include <gtest/gtest.h>

using breakwater::TimePoint;
using breakwater::bench::Schedule;
using namespace std::chrono_literals;

namespace {

const TimePoint kStart = TimePoint() + 1h;

}  // namespace

TEST(Schedule, SpacesRequestsEvenlyWithoutDrift) {
    const Schedule schedule(kStart, 3, std::nullopt);
    EXPECT_EQ(schedule.time_of(0), kStart);
    EXPECT_EQ(schedule.time_of(1), kStart + 333'333'333ns);
    EXPECT_EQ(schedule.time_of(2), kStart + 666'666'667ns);
    EXPECT_EQ(schedule.time_of(3'000'000), kStart + 1'000'000s);
}

TEST(Schedule, HandsOutWhatIsDueInOrder) {
    Schedule schedule(kStart, 1000, std::nullopt);
    EXPECT_FALSE(schedule.take());
    EXPECT_EQ(schedule.next_due(), kStart);
    EXPECT_EQ(schedule.advance(kStart + 2500us, kStart), 0u);
    EXPECT_EQ(schedule.waiting(), 3u);
    EXPECT_EQ(schedule.next_due(), kStart + 3ms);
    EXPECT_EQ(schedule.take(), kStart);
    EXPECT_EQ(schedule.take(), kStart + 1ms);
    EXPECT_EQ(schedule.take(), kStart + 2ms);
    EXPECT_FALSE(schedule.take());
}

TEST(Schedule, KeepsIntendedTimesWhileNothingIsSent) {
    Schedule schedule(kStart, 100, std::nullopt);
    schedule.advance(kStart + 10s, kStart);
    EXPECT_EQ(schedule.take(), kStart);
    EXPECT_EQ(schedule.take(), kStart + 10ms);
}

TEST(Schedule, EndsAfterItsCount) {
    Schedule schedule(kStart, 1000, 2);
    EXPECT_EQ(schedule.advance(kStart + 1s, kStart), 0u);
    EXPECT_EQ(schedule.waiting(), 2u);
    EXPECT_FALSE(schedule.next_due());
    EXPECT_FALSE(schedule.exhausted());
    EXPECT_TRUE(schedule.take());
    EXPECT_TRUE(schedule.take());
    EXPECT_FALSE(schedule.take());
    EXPECT_TRUE(schedule.exhausted());
}

TEST(Schedule, GivesUpTheOldestBeyondItsBound) {
    Schedule schedule(kStart, 1'000'000, std::nullopt);
    const auto all = std::chrono::microseconds(Schedule::kWaitingMax + 9);
    // Ten are too many; the first four of these were meant for the time before the window.
    EXPECT_EQ(schedule.advance(kStart + all, kStart + 4us), 6u);
    EXPECT_EQ(schedule.waiting(), Schedule::kWaitingMax);
    EXPECT_EQ(schedule.take(), kStart + 10us);
}
