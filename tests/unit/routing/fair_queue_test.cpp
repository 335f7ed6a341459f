#include "breakwater/routing/fair_queue.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace breakwater {
namespace {

using namespace std::chrono_literals;
using Refusal = FairQueue::Refusal;

/// A queue before a server, in virtual time. Requests are named by their key.
struct Line {
    FairQueue queue;
    TimePoint now{1000s};
    std::map<FairQueue::Ticket, std::string> keys;
    std::string evicted{};

    explicit Line(std::size_t size) { queue.resize(size); }
    std::expected<FairQueue::Ticket, FairQueue::Refused> join(const std::string& key, Deadline deadline = {}) {
        const auto joined = queue.join(key, deadline, now);
        if (!joined) return std::unexpected(joined.error());
        keys[joined->ticket] = key;
        if (joined->evicted) evicted += keys.at(*joined->evicted);
        return joined->ticket;
    }
    std::optional<Refusal> refused(const std::string& key, Deadline deadline = {}) {
        const auto joined = join(key, deadline);
        return joined ? std::nullopt : std::optional(joined.error().why);
    }
    std::optional<FairQueue::Ticket> call() {
        return queue.call([](FairQueue::Ticket) { return true; });
    }
    /// Serves so many, one each `pace`: their keys.
    std::string serve(int count, Duration pace = 100ms) {
        std::string served;
        for (int i = 0; i < count; ++i) {
            now += pace;
            const auto ticket = call();
            if (!ticket) break;
            queue.leave(*ticket, true, now);
            served += keys.at(*ticket);
        }
        return served;
    }
};

TEST(FairQueue, ServesKeysInTurn) {
    Line line(100);
    for (const char* key : {"a", "a", "a", "a", "b", "b", "c"}) EXPECT_FALSE(line.refused(key));
    EXPECT_EQ(line.serve(10), "abcabaa");
    EXPECT_EQ(line.queue.size(), 0u);
}

TEST(FairQueue, ServesAKeysOwnInTheirOrder) {
    Line line(100);
    const auto first = *line.join("a");
    const auto second = *line.join("a");
    EXPECT_EQ(line.call(), first);
    EXPECT_EQ(line.call(), second);
}

TEST(FairQueue, LetsOneWhoFindsNoPlaceBeTheNext) {
    Line line(100);
    for (const char* key : {"a", "a", "b"}) line.join(key);
    const auto called = *line.call();
    EXPECT_TRUE(line.queue.is_called(called));
    EXPECT_EQ(line.queue.size(), 3u);
    line.queue.put_back(called);
    EXPECT_FALSE(line.queue.is_called(called));
    EXPECT_EQ(line.call(), called);
}

// One that was called out of turn, because it could have gone elsewhere, gets nothing by it.
TEST(FairQueue, PutsBackWhereItWas) {
    Line line(100);
    for (const char* key : {"a", "a", "b"}) line.join(key);
    const auto newest = *line.join("a");
    const auto other = *line.join("c");
    for (const auto ticket : {newest, other}) {
        EXPECT_EQ(line.queue.call([ticket](FairQueue::Ticket each) { return each == ticket; }), ticket);
        line.queue.put_back(ticket);
    }
    EXPECT_EQ(line.queue.size(), 5u);
    EXPECT_EQ(line.serve(5), "abcaa");
    EXPECT_FALSE(line.call());
}

TEST(FairQueue, PassesOverWhoDoesNotFit) {
    Line line(100);
    line.join("a");
    const auto second = *line.join("b");
    EXPECT_EQ(line.queue.call([second](FairQueue::Ticket ticket) { return ticket == second; }), second);
    EXPECT_EQ(line.serve(1), "a");
}

TEST(FairQueue, PassesOverWithinAKeyToo) {
    Line line(100);
    const auto first = *line.join("a");
    const auto second = *line.join("a");
    EXPECT_EQ(line.queue.call([second](FairQueue::Ticket ticket) { return ticket == second; }), second);
    EXPECT_EQ(line.call(), first);
}

TEST(FairQueue, EvictsNobodyForAKeyThatHasMost) {
    Line line(8);
    for (const char* key : {"a", "b", "a", "b", "a", "b", "a", "b"}) line.join(key);
    for (int i = 0; i < 5; ++i) line.call();
    EXPECT_EQ(line.refused("b"), Refusal::share) << "it has two of the three that wait";
    EXPECT_EQ(line.evicted, "");
}

TEST(FairQueue, RefusesOneKeyThatFillsIt) {
    Line line(3);
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(line.refused("a"));
    EXPECT_EQ(line.refused("a"), Refusal::full);
}

TEST(FairQueue, RefusesAKeyThatHasItsShareAndMakesRoomForOneThatHasNot) {
    Line line(4);
    for (int i = 0; i < 4; ++i) line.join("a");
    EXPECT_FALSE(line.refused("b"));
    EXPECT_FALSE(line.refused("b"));
    EXPECT_EQ(line.evicted, "aa");
    EXPECT_EQ(line.refused("b"), Refusal::share);
    EXPECT_EQ(line.refused("a"), Refusal::share);
    EXPECT_EQ(line.queue.size(), 4u);
    EXPECT_EQ(line.serve(4), "abab");
}

TEST(FairQueue, RefusesWhoseTurnWouldComeTooLate) {
    Line line(100);
    for (int i = 0; i < 20; ++i) line.join("a");
    EXPECT_EQ(line.serve(10), "aaaaaaaaaa");  // one each 100 ms
    const auto within = [&](Duration span) { return Deadline::after(line.now, span); };
    EXPECT_EQ(line.refused("a", within(1000ms)), Refusal::too_slow) << "ten are before it";
    EXPECT_FALSE(line.refused("a", within(1200ms)));
    EXPECT_FALSE(line.refused("b", within(300ms))) << "another key has one before it";
    line.now += 5s;
    EXPECT_EQ(line.refused("c", within(3s)), Refusal::too_slow) << "nothing has moved for long";
}

TEST(FairQueue, FindsOutWhenItHasBecomeFasterAgain) {
    Line line(100);
    for (int i = 0; i < 4; ++i) line.join("a");
    line.serve(4, 20s);
    const auto soon = [&] { return Deadline::after(line.now, 5s); };
    EXPECT_FALSE(line.refused("a", soon())) << "nobody is before it";
    EXPECT_EQ(line.refused("a", soon()), Refusal::too_slow);
    line.serve(1);
    line.now += 11s;
    for (int i = 0; i < 10; ++i) EXPECT_FALSE(line.refused("a", soon())) << "that was long ago";
}

TEST(FairQueue, AdmitsAnybodyWhileItsSpeedIsNotKnown) {
    Line line(100);
    for (int i = 0; i < 50; ++i) EXPECT_FALSE(line.refused("a", Deadline::after(line.now, 1ms)));
}

TEST(FairQueue, ForgetsWhoLeavesWithoutAPlace) {
    Line line(2);
    const auto first = *line.join("a");
    line.join("a");
    line.queue.leave(first, false, line.now);
    EXPECT_FALSE(line.refused("a"));
    const auto called = *line.call();
    line.queue.leave(called, false, line.now);
    EXPECT_EQ(line.queue.size(), 1u);
    EXPECT_EQ(line.queue.called(), 0u);
    EXPECT_EQ(line.serve(5), "a");
}

TEST(FairQueue, StarvesNobody) {
    Line line(50);
    int small = 0;
    int refused = 0;
    for (int round = 0; round < 1000; ++round) {
        for (int i = 0; i < 5; ++i) line.join("flood");
        if (line.join("small"))
            ++small;
        else
            ++refused;
        const std::string served = line.serve(2);
        EXPECT_NE(served.find("small"), std::string::npos) << round;
    }
    EXPECT_EQ(refused, 0);
    EXPECT_EQ(small, 1000);
}

}  // namespace
}  // namespace breakwater
