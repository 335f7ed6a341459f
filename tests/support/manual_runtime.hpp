#pragma once

#include <functional>
#include <map>
#include <utility>

#include "breakwater/exchange/streams.hpp"

namespace breakwater::test {

/// Time that stands still until a test moves it, from one sleeper to the next: hours pass in microseconds, and always
/// in the same order.
class ManualRuntime final : public Runtime {
public:
    [[nodiscard]] TimePoint now() const noexcept override { return now_; }
    [[nodiscard]] WallTime wall_now() const noexcept override { return WallTime(std::chrono::seconds(1'700'000'000)); }

    Task<bool> sleep_until(TimePoint when, CancelSource& cancel) override {
        if (cancel.requested()) co_return false;
        Sleeper sleeper{*this};
        const CancelScope scope(cancel, sleeper);
        sleeper.place = events_.emplace(when, [&sleeper] { sleeper.wake(true); });
        co_return co_await sleeper.done;
    }

    /// Runs `action` when that time has come.
    void at(TimePoint when, std::function<void()> action) { events_.emplace(when, std::move(action)); }

    /// Moves to the next thing that was waited for; false when nothing waits or it would be beyond the end of time.
    bool advance() {
        if (events_.empty() || events_.begin()->first == TimePoint::max()) return false;
        now_ = std::max(now_, events_.begin()->first);
        const std::function<void()> action = std::move(events_.begin()->second);
        events_.erase(events_.begin());
        action();
        return true;
    }

private:
    using Events = std::multimap<TimePoint, std::function<void()>>;
    struct Sleeper final : Cancellable {
        explicit Sleeper(ManualRuntime& owner) : runtime(owner) {}
        void wake(bool in_time) {
            if (!std::exchange(woken, true)) done.complete(in_time);
        }
        void cancel() noexcept override {
            if (woken) return;
            runtime.events_.erase(place);
            wake(false);
        }
        ManualRuntime& runtime;
        Events::iterator place{};
        Completion<bool> done{};
        bool woken = false;
    };
    TimePoint now_ = TimePoint{} + std::chrono::hours(1000);
    Events events_;
};

}  // namespace breakwater::test
