#include "breakwater/net/worker.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include "loop.hpp"

namespace breakwater {

namespace {

// Deadlines are coarse: firing up to this much late lets timers that lie close together share one wake-up.
constexpr std::chrono::milliseconds kTimerGrain{5};

/// A coroutine that sleeps on the timer queue.
class Sleeper final : public Cancellable {
public:
    explicit Sleeper(TimerQueue& queue)
        : timer_(queue, [](void* self) { static_cast<Sleeper*>(self)->wake(true); }, this) {}
    void start(TimePoint when) { timer_.arm(Deadline(when)); }
    void cancel() noexcept override { wake(false); }
    Completion<bool>& done() noexcept { return done_; }

private:
    void wake(bool in_time) {
        if (std::exchange(woken_, true)) return;
        timer_.disarm();
        done_.complete(in_time);
    }
    TimerEntry timer_;
    Completion<bool> done_;
    bool woken_ = false;
};

}  // namespace

Worker::Worker(std::uint64_t seed)
    : loop_(std::make_unique<Loop>()),
      rng_(seed),
      read_buffer_(std::make_unique_for_overwrite<char[]>(kReadBufferBytes)) {
    timers_.on_earlier = [this](TimePoint when) { schedule_timers(when); };
}

Worker::~Worker() = default;

void Worker::run() {
    const auto work = boost::asio::make_work_guard(loop_->ioc);
    loop_->ioc.run();
}

void Worker::poll() {
    timers_.run(now());
    loop_->ioc.restart();
    loop_->ioc.poll();
}

void Worker::stop() {
    loop_->ioc.stop();
}

void Worker::post(std::function<void()> task) {
    boost::asio::post(loop_->ioc, std::move(task));
}

void Worker::start(Task<void> task) {
    spawn(std::move(task), [this](std::exception_ptr error) {
        if (on_exception) on_exception(std::move(error));
    });
}

void Worker::schedule_timers(TimePoint when) {
    const TimePoint wake = when + kTimerGrain;
    if (wake >= loop_->timer_set_for) return;
    loop_->timer_set_for = wake;
    loop_->timer.expires_at(wake);
    loop_->timer.async_wait([this](boost::system::error_code ec) {
        if (ec) return;  // moved to an earlier time
        loop_->timer_set_for = TimePoint::max();
        timers_.run(now());
        if (const auto next = timers_.next()) schedule_timers(*next);
    });
}

Task<bool> Worker::sleep_until(TimePoint when, CancelSource& cancel) {
    if (cancel.requested()) co_return false;
    Sleeper sleeper(timers_);
    const CancelScope scope(cancel, sleeper);
    sleeper.start(when);
    co_return co_await sleeper.done();
}

}  // namespace breakwater
