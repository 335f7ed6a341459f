#include "bench/dispatcher.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "breakwater/base/task.hpp"

using namespace breakwater;
using namespace breakwater::bench;
using namespace std::chrono_literals;

namespace {

const TimePoint kStart = TimePoint() + 1h;

/// What a connection got: tickets until the end.
struct Seen {
    std::vector<Ticket> tickets;
    bool ended = false;
};

/// A connection that is free again at once, `most` times.
Task<void> take(Dispatcher& dispatcher, std::size_t most, Seen& seen) {
    while (seen.tickets.size() < most) {
        const auto ticket = co_await dispatcher.next(kStart);
        if (!ticket) break;
        seen.tickets.push_back(*ticket);
    }
    seen.ended = true;
}

void start(Dispatcher& dispatcher, std::size_t most, Seen& seen) {
    spawn(take(dispatcher, most, seen), [](const std::exception_ptr&) { FAIL(); });
}

}  // namespace

TEST(Dispatcher, NeverMakesAClosedLoopWait) {
    Recorder recorder;
    Dispatcher dispatcher(recorder, std::nullopt, false);
    Seen seen;
    start(dispatcher, 5, seen);
    ASSERT_EQ(seen.tickets.size(), 5u);
    EXPECT_EQ(seen.tickets[0].intended, kStart);
    EXPECT_FALSE(seen.tickets[0].counts) << "still warming up";
}

TEST(Dispatcher, EndsAfterTheRequestsThatCount) {
    Recorder recorder;
    recorder.open_window(kStart);
    Dispatcher dispatcher(recorder, 3, false);
    Seen seen;
    start(dispatcher, 100, seen);
    EXPECT_EQ(seen.tickets.size(), 3u);
    EXPECT_TRUE(seen.tickets[0].counts);
    EXPECT_TRUE(seen.ended);
}

TEST(Dispatcher, ServesWaitingConnectionsInTurn) {
    Recorder recorder;
    recorder.open_window(kStart);
    Dispatcher dispatcher(recorder, std::nullopt, false);
    dispatcher.follow(Schedule(kStart, 1000, std::nullopt));
    Seen first;
    Seen second;
    start(dispatcher, 1, first);
    start(dispatcher, 1, second);
    EXPECT_EQ(dispatcher.free(), 2u);
    dispatcher.hand_out(kStart + 500us);
    EXPECT_TRUE(first.ended);
    EXPECT_FALSE(second.ended);
    dispatcher.hand_out(kStart + 1500us);
    ASSERT_TRUE(second.ended);
    EXPECT_EQ(second.tickets[0].intended, kStart + 1ms);
    dispatcher.stop();
}

TEST(Dispatcher, LetsRequestsWaitForABusyConnection) {
    Recorder recorder;
    recorder.open_window(kStart);
    Dispatcher dispatcher(recorder, std::nullopt, false);
    dispatcher.follow(Schedule(kStart, 1000, std::nullopt));
    dispatcher.hand_out(kStart + 2500us);
    EXPECT_EQ(dispatcher.waiting(), 3u);
    Seen late;
    start(dispatcher, 2, late);
    ASSERT_EQ(late.tickets.size(), 2u);
    EXPECT_EQ(late.tickets[0].intended, kStart);
    dispatcher.stop();
    EXPECT_EQ(recorder.results().failures.by_name().at("overrun"), 1u);
    EXPECT_FALSE(dispatcher.next_due());
}

TEST(Dispatcher, TellsWhoeverWaitsThatItStops) {
    Recorder recorder;
    Dispatcher dispatcher(recorder, std::nullopt, false);
    dispatcher.follow(Schedule(kStart, 1000, std::nullopt));
    Seen seen;
    start(dispatcher, 1, seen);
    EXPECT_FALSE(seen.ended);
    dispatcher.stop();
    EXPECT_TRUE(seen.ended);
    EXPECT_TRUE(seen.tickets.empty());
}

TEST(Dispatcher, CountsByTheIntendedTime) {
    Recorder recorder;
    Dispatcher dispatcher(recorder, std::nullopt, false);
    dispatcher.follow(Schedule(kStart, 1000, std::nullopt));
    recorder.open_window(kStart + 1ms);
    dispatcher.hand_out(kStart + 1500us);
    Seen seen;
    start(dispatcher, 2, seen);
    ASSERT_EQ(seen.tickets.size(), 2u);
    EXPECT_FALSE(seen.tickets[0].counts) << "meant for the warm-up";
    EXPECT_TRUE(seen.tickets[1].counts);
}

TEST(Dispatcher, OpensStreamsToHoldOnceEach) {
    Recorder recorder;
    Dispatcher dispatcher(recorder, std::nullopt, true);
    dispatcher.follow(Schedule(kStart, 1000, 2));
    Seen seen;
    start(dispatcher, 5, seen);
    dispatcher.hand_out(kStart + 1s);
    EXPECT_EQ(seen.tickets.size(), 2u);
    EXPECT_TRUE(seen.tickets[0].counts) << "although no window is open yet";
    EXPECT_TRUE(seen.ended);
}
