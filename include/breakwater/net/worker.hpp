#pragma once

#include <functional>
#include <memory>
#include <span>

#include "breakwater/base/random.hpp"
#include "breakwater/exchange/streams.hpp"
#include "breakwater/net/timer_queue.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater {

/// One event loop on one thread, and what everything on it shares: time, timers, randomness, a read buffer. Nothing of
/// a worker is touched by another thread but `post`. Lives from before the first connection until after the last.
class Worker final : public Runtime {
public:
    explicit Worker(std::uint64_t seed);
    ~Worker() override;
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// Runs the loop on the calling thread until `stop`.
    void run();
    /// Runs what is ready and due now, without waiting: for tests.
    void poll();
    /// Ends `run` after the current callback. Any thread.
    void stop();
    /// Runs `task` on the worker's thread, soon. Any thread.
    void post(std::function<void()> task);

    [[nodiscard]] TimePoint now() const noexcept override { return std::chrono::steady_clock::now(); }
    [[nodiscard]] WallTime wall_now() const noexcept override { return std::chrono::system_clock::now(); }
    Task<bool> sleep_until(TimePoint when, CancelSource& cancel) override;

    [[nodiscard]] TimerQueue& timers() noexcept { return timers_; }
    [[nodiscard]] Rng& rng() noexcept { return rng_; }
    [[nodiscard]] JsonReader& json() noexcept { return json_; }
    /// Where every read of this worker lands; its content is lost at the next await.
    [[nodiscard]] std::span<char> read_buffer() noexcept { return {read_buffer_.get(), kReadBufferBytes}; }
    static constexpr std::size_t kReadBufferBytes = 64u << 10;

    /// What escaped a spawned task: a bug. Logged by the gateway.
    std::function<void(std::exception_ptr)> on_exception;
    /// Starts a task on this worker that nobody waits for.
    void start(Task<void> task);

    /// The event loop, for the files that know Asio.
    struct Loop;
    [[nodiscard]] Loop& loop() noexcept { return *loop_; }

private:
    void schedule_timers(TimePoint when);

    TimerQueue timers_;  // before the loop: descriptors that die with the loop take their timers out of the queue
    std::unique_ptr<Loop> loop_;
    Rng rng_;
    JsonReader json_;
    std::unique_ptr<char[]> read_buffer_;
};

}  // namespace breakwater
