#pragma once

#include <atomic>
#include <chrono>

#include "breakwater/base/clock.hpp"

namespace breakwater {

/// When operators are told of a collector that fails: once for an outage however many workers meet it, and once when
/// all of them are over it. Thread-safe; pure.
class SpanOutage {
public:
    static constexpr std::chrono::hours kRefusalsToldEvery{1};

    /// A worker's batch was given up after the last of those before had been taken; true for the first such worker.
    bool begins() noexcept { return failing_.fetch_add(1) == 0; }
    /// A worker of which begins() was said has a batch taken; true for the last such worker.
    bool ends() noexcept { return failing_.fetch_sub(1) == 1; }
    /// A batch was refused for what it is or who sends it, which is no outage; true when that is to be said once more.
    bool refuses(TimePoint now) noexcept {
        TimePoint::rep told = told_.load();
        const TimePoint::rep next = (now + kRefusalsToldEvery).time_since_epoch().count();
        return now.time_since_epoch().count() >= told && told_.compare_exchange_strong(told, next);
    }

private:
    std::atomic<int> failing_{0};
    std::atomic<TimePoint::rep> told_{TimePoint::min().time_since_epoch().count()};  ///< not again before
};

}  // namespace breakwater
