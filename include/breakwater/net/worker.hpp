#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "breakwater/base/random.hpp"
#include "breakwater/exchange/streams.hpp"
#include "breakwater/net/timer_queue.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater {

class EventLoop;

/// One event loop on one thread, and what everything on it shares: time, timers, randomness, a read buffer. Nothing of
/// a worker is touched by another thread but `post`. Lives from before the first connection until after the last.
class Worker final : public Runtime {
public:
    explicit Worker(std::uint64_t seed);
    ~Worker() override;
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// Runs the loop on the calling thread until `stop`. What is posted and due runs between the turns of the loop.
    void run();
    /// Runs what is ready and due now, without waiting: for tests.
    void poll();
    /// Ends `run` after the current callback. Any thread.
    void stop();
    /// Runs `task` on the worker's thread, soon. Any thread.
    void post(std::function<void()> task);

    /// When what runs now began: reading a clock costs as much as a small allocation, and a request looks at the time
    /// twenty times. Renewed before every event and posted task, and before the timers that are due.
    [[nodiscard]] TimePoint now() const noexcept override { return now_; }
    TimePoint renew_now() noexcept override { return now_ = std::chrono::steady_clock::now(); }
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

    /// For descriptors.
    [[nodiscard]] EventLoop& loop() noexcept { return *loop_; }

private:
    void run_posted();
    void catch_up();

    TimePoint now_ = std::chrono::steady_clock::now();
    TimerQueue timers_;
    std::unique_ptr<EventLoop> loop_;
    std::mutex posted_mutex_;
    std::vector<std::function<void()>> posted_;
    std::atomic<bool> has_posted_{false};
    std::atomic<bool> stopped_{false};
    Rng rng_;
    JsonReader json_;
    std::unique_ptr<char[]> read_buffer_;
};

}  // namespace breakwater
