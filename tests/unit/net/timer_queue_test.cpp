#include "breakwater/net/timer_queue.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <random>
#include <vector>

namespace breakwater {
namespace {

using std::chrono::milliseconds;

TimePoint at(int ms) {
    return TimePoint{} + std::chrono::hours(1) + milliseconds(ms);
}

/// A timer that notes when it fires and then does what the test wants.
struct Timer {
    explicit Timer(TimerQueue& queue) : entry(queue, [](void* self) { static_cast<Timer*>(self)->fire(); }, this) {}
    void fire() {
        ++fired;
        if (then) then();
    }
    TimerEntry entry;
    int fired = 0;
    std::function<void()> then;
};

TEST(TimerQueue, FiresInOrderAndOnce) {
    TimerQueue queue;
    std::vector<int> order;
    std::vector<std::unique_ptr<Timer>> timers;
    for (const int due : {30, 10, 20}) {
        timers.push_back(std::make_unique<Timer>(queue));
        timers.back()->then = [&order, due] { order.push_back(due); };
        timers.back()->entry.arm(Deadline(at(due)));
    }
    queue.run(at(9));
    EXPECT_TRUE(order.empty());
    queue.run(at(20));
    EXPECT_EQ(order, (std::vector{10, 20}));
    queue.run(at(99));
    queue.run(at(99));
    EXPECT_EQ(order, (std::vector{10, 20, 30}));
    EXPECT_FALSE(queue.next());
}

TEST(TimerQueue, TellsWhenItMustBeCalledNext) {
    TimerQueue queue;
    Timer late(queue);
    Timer soon(queue);
    late.entry.arm(Deadline(at(50)));
    EXPECT_EQ(queue.next(), at(50));
    late.entry.arm(Deadline(at(80)));  // later: found out when the old time comes
    soon.entry.arm(Deadline(at(20)));
    EXPECT_EQ(queue.next(), at(20));
    soon.entry.arm(Deadline(at(10)));
    EXPECT_EQ(queue.next(), at(10));
}

TEST(TimerQueue, NeverIsNoDeadline) {
    TimerQueue queue;
    Timer timer(queue);
    timer.entry.arm(Deadline());
    EXPECT_FALSE(queue.next());
    timer.entry.arm(Deadline(at(5)));
    timer.entry.arm(Deadline());
    queue.run(at(99));
    EXPECT_EQ(timer.fired, 0);
}

TEST(TimerQueue, LetsACallbackDestroyItselfAndOthers) {
    TimerQueue queue;
    auto first = std::make_unique<Timer>(queue);
    auto second = std::make_unique<Timer>(queue);
    int fired = 0;
    second->then = [&fired] { ++fired; };
    first->entry.arm(Deadline(at(1)));
    second->entry.arm(Deadline(at(1)));
    first->then = [&] {
        second.reset();
        first.reset();
    };
    queue.run(at(2));
    EXPECT_EQ(fired, 0);
    EXPECT_EQ(queue.size(), 0u);
}

TEST(TimerQueue, LetsACallbackArmItselfAgain) {
    TimerQueue queue;
    Timer timer(queue);
    timer.then = [&timer] { timer.entry.arm(Deadline(at(100))); };
    timer.entry.arm(Deadline(at(1)));
    queue.run(at(2));
    EXPECT_EQ(timer.fired, 1);
    EXPECT_EQ(queue.next(), at(100));
}

/// The same as a list of wishes: what the queue must do, without a heap.
struct Reference {
    std::optional<int> due;
    int fired = 0;
};

// Arms, disarms, destroys and makes timers at random, also from callbacks, and compares every step with the reference.
TEST(TimerQueue, AgreesWithAListOnRandomOperations) {
    for (unsigned seed = 1; seed <= 40; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937 random(seed);
        const auto below = [&random](int bound) { return static_cast<int>(random() % static_cast<unsigned>(bound)); };
        constexpr int kTimers = 24;
        TimerQueue queue;
        std::vector<std::unique_ptr<Timer>> timers(kTimers);
        std::vector<Reference> model(kTimers);
        int now = 0;
        for (int step = 0; step < 600; ++step) {
            const int i = below(kTimers);
            auto& timer = timers[static_cast<std::size_t>(i)];
            auto& wish = model[static_cast<std::size_t>(i)];
            switch (below(6)) {
                case 0:
                    timer.reset();
                    wish = {};
                    break;
                case 1:
                    if (timer) timer->entry.disarm();
                    wish.due.reset();
                    break;
                case 2: {
                    now += below(30);
                    for (Reference& each : model) {
                        if (!each.due || *each.due > now) continue;
                        each.due.reset();
                        ++each.fired;
                    }
                    queue.run(at(now));
                    break;
                }
                default:
                    if (!timer) timer = std::make_unique<Timer>(queue);
                    wish.due = now + 1 + below(60);
                    timer->entry.arm(Deadline(at(*wish.due)));
                    break;
            }
            for (std::size_t t = 0; t < kTimers; ++t) {
                ASSERT_EQ(timers[t] ? timers[t]->fired : 0, model[t].fired) << "timer " << t << ", step " << step;
                // The queue may look early, for a timer that was pushed away, but never late.
                if (model[t].due) ASSERT_LE(*queue.next(), at(*model[t].due));
            }
        }
    }
}

}  // namespace
}  // namespace breakwater
