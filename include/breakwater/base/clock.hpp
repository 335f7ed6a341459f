#pragma once

#include <chrono>

namespace breakwater {

/// Monotonic time, for every interval and deadline. Pure code gets it as an argument named `now`.
using TimePoint = std::chrono::steady_clock::time_point;
using Duration = std::chrono::nanoseconds;
/// Wall time, only for stamps that people or protocols read.
using WallTime = std::chrono::system_clock::time_point;

/// A point in time by which something must have happened; the default is never. A value.
class Deadline {
public:
    constexpr Deadline() noexcept = default;
    constexpr explicit Deadline(TimePoint at) noexcept : at_(at) {}

    /// `span` from `now`; saturates instead of overflowing. A span of zero or less has passed already.
    static constexpr Deadline after(TimePoint now, Duration span) noexcept {
        return span >= TimePoint::max() - now ? Deadline() : Deadline(now + span);
    }
    [[nodiscard]] constexpr bool passed(TimePoint now) const noexcept { return now >= at_; }
    [[nodiscard]] constexpr bool never() const noexcept { return at_ == TimePoint::max(); }
    /// Time left, never negative; Duration::max() when the deadline is never.
    [[nodiscard]] constexpr Duration left(TimePoint now) const noexcept {
        if (never()) return Duration::max();
        return passed(now) ? Duration::zero() : Duration(at_ - now);
    }
    [[nodiscard]] constexpr TimePoint at() const noexcept { return at_; }
    friend constexpr Deadline earliest(Deadline a, Deadline b) noexcept { return a.at_ < b.at_ ? a : b; }
    friend constexpr bool operator==(Deadline, Deadline) noexcept = default;

private:
    TimePoint at_ = TimePoint::max();
};

}  // namespace breakwater
