#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "breakwater/net/descriptor.hpp"
#include "breakwater/net/worker.hpp"

namespace breakwater {
namespace {

using namespace std::chrono_literals;

/// Two connected sockets; the first belongs to a descriptor of `worker`.
struct Pair {
    explicit Pair(Worker& worker) {
        std::array<int, 2> fds{};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, fds.data()), 0);
        near = Descriptor(worker, fds[0]);
        far = fds[1];
    }
    ~Pair() {
        near.cancel();  // whoever still waits ends here
        hang_up();
    }
    Pair(const Pair&) = delete;
    Pair& operator=(const Pair&) = delete;
    void send(const std::string& text) const {
        EXPECT_EQ(::write(far, text.data(), text.size()), static_cast<ssize_t>(text.size()));
    }
    void hang_up() {
        if (far >= 0) ::close(std::exchange(far, -1));
    }
    Descriptor near;
    int far = -1;
};

/// Reads pieces of up to `size` bytes until the end, and remembers them.
Task<void> read_all(Descriptor& descriptor, std::size_t size, std::vector<std::string>& pieces, bool& ended) {
    std::string buffer(size, '\0');
    while (co_await descriptor.readable(Deadline()) == WaitResult::ready) {
        const ssize_t got = ::read(descriptor.fd(), buffer.data(), buffer.size());
        if (got > 0) pieces.emplace_back(buffer, 0, static_cast<std::size_t>(got));
        if (got == 0) break;
        if (got < static_cast<ssize_t>(size)) descriptor.drained();
    }
    ended = true;
}

Task<void> wait_once(Descriptor& descriptor, Deadline deadline, std::optional<WaitResult>& result) {
    result = co_await descriptor.readable(deadline);
}

Task<void> sleep_once(Worker& worker, TimePoint when, CancelSource& cancel, std::vector<bool>& woken) {
    woken.push_back(co_await worker.sleep_until(when, cancel));
}

void run_for(Worker& worker, std::chrono::milliseconds span) {
    const TimePoint end = worker.now() + span;
    while (worker.now() < end) worker.poll();
}

TEST(Descriptor, WakesAReaderForEachArrival) {
    Worker worker(1);
    Pair pair(worker);
    std::vector<std::string> pieces;
    bool ended = false;
    worker.start(read_all(pair.near, 16, pieces, ended));
    worker.poll();
    EXPECT_TRUE(pieces.empty());
    pair.send("one");
    worker.poll();
    pair.send("two");
    worker.poll();
    EXPECT_EQ(pieces, (std::vector<std::string>{"one", "two"}));
    pair.hang_up();
    worker.poll();
    EXPECT_TRUE(ended);
}

// A peer that sends without a pause must not keep the others of a worker from being served.
TEST(Descriptor, IsServedOnceInATurn) {
    std::vector<std::string> pieces;
    std::vector<std::string> others;
    bool ended = false;
    Worker worker(1);
    Pair busy(worker);
    Pair other(worker);
    worker.start(read_all(busy.near, 4, pieces, ended));
    worker.start(read_all(other.near, 4, others, ended));
    worker.poll();
    busy.send(std::string(12, 'x'));
    other.send("y");
    worker.poll();
    EXPECT_EQ(pieces.size(), 1u);
    EXPECT_EQ(others.size(), 1u);
    worker.poll();
    EXPECT_EQ(pieces.size(), 2u);
    for (int i = 0; i < 3; ++i) worker.poll();
    EXPECT_EQ(pieces, (std::vector<std::string>{"xxxx", "xxxx", "xxxx"}));
}

TEST(Descriptor, EndsAWaitAtItsDeadlineAndCanWaitAgain) {
    Worker worker(1);
    Pair pair(worker);
    pair.near.drained();
    std::optional<WaitResult> result;
    worker.start(wait_once(pair.near, Deadline::after(worker.now(), 1ms), result));
    run_for(worker, 5ms);
    EXPECT_EQ(result, WaitResult::timed_out);
    result.reset();
    worker.start(wait_once(pair.near, Deadline(), result));
    pair.send("late");
    worker.poll();
    EXPECT_EQ(result, WaitResult::ready);
}

// A process that was stopped wakes with all timers due: what came meanwhile was in time.
TEST(Descriptor, IsReadBeforeTimersThatAreFarTooLate) {
    Worker worker(1);
    Pair pair(worker);
    pair.near.drained();
    std::optional<WaitResult> result;
    worker.start(wait_once(pair.near, Deadline::after(worker.now(), 1ms), result));
    pair.send("in time");
    std::this_thread::sleep_for(150ms);
    worker.poll();
    EXPECT_EQ(result, WaitResult::ready);
}

TEST(Descriptor, CancelEndsTheWaitAndThoseThatCome) {
    Worker worker(1);
    Pair pair(worker);
    pair.near.drained();
    std::optional<WaitResult> result;
    worker.start(wait_once(pair.near, Deadline(), result));
    EXPECT_FALSE(result);
    pair.near.cancel();
    EXPECT_EQ(result, WaitResult::cancelled);
    result.reset();
    worker.start(wait_once(pair.near, Deadline(), result));
    EXPECT_EQ(result, WaitResult::cancelled);
}

struct Watch final : ReadWatcher {
    void on_readable() override { ++called; }
    int called = 0;
};

TEST(Descriptor, TellsAWatcherOnce) {
    Worker worker(1);
    Pair pair(worker);
    pair.near.drained();
    EXPECT_TRUE(pair.near.quiet());
    Watch watch;
    pair.near.watch_readable(watch);
    EXPECT_EQ(watch.called, 0);
    pair.send("a");
    worker.poll();
    pair.send("b");
    worker.poll();
    EXPECT_EQ(watch.called, 1);
    EXPECT_FALSE(pair.near.quiet());
    // What has come while nobody watched is told in the next turn.
    pair.near.watch_readable(watch);
    worker.poll();
    EXPECT_EQ(watch.called, 2);
}

TEST(Descriptor, StaysReadableAfterTheEnd) {
    Worker worker(1);
    Pair pair(worker);
    pair.hang_up();
    worker.poll();
    pair.near.drained();
    EXPECT_FALSE(pair.near.quiet());
}

// The event of a descriptor that a handler of the same turn closes must not reach it.
TEST(Descriptor, MayCloseAnotherOneOfTheSameTurn) {
    Worker worker(1);
    Pair first(worker);
    Pair second(worker);
    struct Closer final : ReadWatcher {
        explicit Closer(Descriptor& d) : other(d) {}
        void on_readable() override { other.close(); }
        Descriptor& other;
    };
    Closer closes_second(second.near);
    Closer closes_first(first.near);
    first.near.drained();
    second.near.drained();
    first.near.watch_readable(closes_second);
    second.near.watch_readable(closes_first);
    first.send("a");
    second.send("b");
    worker.poll();
    EXPECT_NE(first.near.open(), second.near.open());
}

TEST(Worker, RunsWhatOtherThreadsPost) {
    Worker worker(1);
    int ran = 0;
    std::thread other([&] {
        for (int i = 0; i < 100; ++i) worker.post([&ran] { ++ran; });
        worker.post([&worker] { worker.stop(); });
    });
    worker.run();
    other.join();
    EXPECT_EQ(ran, 100);
}

TEST(Worker, SleepsAndIsWokenByCancel) {
    Worker worker(1);
    CancelSource cancel;
    std::vector<bool> woken;
    worker.start(sleep_once(worker, worker.now() + 1ms, cancel, woken));
    run_for(worker, 5ms);
    EXPECT_EQ(woken, std::vector<bool>{true});
    worker.start(sleep_once(worker, worker.now() + 1h, cancel, woken));
    cancel.request();
    EXPECT_EQ(woken, (std::vector<bool>{true, false}));
}

}  // namespace
}  // namespace breakwater
