#include "breakwater/net/worker.hpp"

#include <utility>

#include "event_loop.hpp"

namespace breakwater {

namespace {

/// A timer that is this late says that the process stood still: it was stopped, or starved of its core.
constexpr std::chrono::milliseconds kStoodStill{100};
constexpr int kCatchUpTurnsMax = 64;

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
    : loop_(std::make_unique<EventLoop>()),
      rng_(seed),
      read_buffer_(std::make_unique_for_overwrite<char[]>(kReadBufferBytes)) {}

Worker::~Worker() = default;

void Worker::run() {
    stopped_ = false;
    while (true) {
        run_posted();
        renew_now();
        catch_up();
        if (timers_.run(now_)) renew_now();  // which may have taken long
        if (stopped_) return;
        // A task that was posted since run_posted has woken the loop, or is seen here.
        loop_->turn(now_, has_posted_ ? TimePoint::min() : timers_.next().value_or(TimePoint::max()));
    }
}

// After a pause of the whole process all timers are due at once, although what they wait for may have come meanwhile:
// that is looked at first, so that nobody is blamed for a silence that was ours.
void Worker::catch_up() {
    const std::optional<TimePoint> next = timers_.next();
    if (!next || now_ - *next < kStoodStill) return;
    // A worker that is late because it has much to do gets no later for it than this.
    const TimePoint until = now_ + kStoodStill;
    for (int turns = 0; turns < kCatchUpTurnsMax && now_ < until && loop_->turn(now_, TimePoint::min()); ++turns) {
        renew_now();
    }
    renew_now();
}

void Worker::poll() {
    run_posted();
    renew_now();
    catch_up();
    timers_.run(now_);
    loop_->turn(now_, TimePoint::min());
}

void Worker::stop() {
    stopped_ = true;
    loop_->wake();
}

void Worker::post(std::function<void()> task) {
    const std::lock_guard lock(posted_mutex_);
    posted_.push_back(std::move(task));
    if (!has_posted_.exchange(true)) loop_->wake();
}

void Worker::run_posted() {
    if (!has_posted_) return;
    std::vector<std::function<void()>> tasks;
    {
        const std::lock_guard lock(posted_mutex_);
        tasks.swap(posted_);
        has_posted_ = false;
    }
    for (std::function<void()>& task : tasks) {
        renew_now();
        task();
    }
}

void Worker::start(Task<void> task) {
    spawn(std::move(task), [this](std::exception_ptr error) {
        if (on_exception) on_exception(std::move(error));
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
