#pragma once

#include <cmath>
#include <cstdint>
#include <optional>

#include "breakwater/base/clock.hpp"

namespace breakwater::bench {

/// When an open loop wants to send each of its requests, whatever becomes of the ones before, and which of them have
/// not been sent yet. A request that waits here already counts as late: that is the difference between this and a
/// closed loop, which waits politely while a server stalls and then reports a good median. Pure; one thread.
class Schedule {
public:
    /// `rate` per second from `start` on, evenly spaced; `count` in all when it is set.
    Schedule(TimePoint start, double rate, std::optional<std::uint64_t> count)
        : start_(start), rate_(rate), count_(count) {}

    /// The intended time of request `number`, from 0. Computed from the start, so that nothing adds up.
    [[nodiscard]] TimePoint time_of(std::uint64_t number) const noexcept {
        return start_ + Duration(std::llround(static_cast<double>(number) * 1e9 / rate_));
    }
    /// When the next request becomes due; nothing after the last.
    [[nodiscard]] std::optional<TimePoint> next_due() const noexcept {
        if (count_ && due_ >= *count_) return std::nullopt;
        return time_of(due_);
    }
    /// Marks as due what is due by `now`. Of more than `kWaitingMax` waiting requests the oldest are given up; returns
    /// how many of these were meant for `counted_from` or later.
    std::uint64_t advance(TimePoint now, TimePoint counted_from) noexcept {
        while ((!count_ || due_ < *count_) && time_of(due_) <= now) ++due_;
        std::uint64_t given_up = 0;
        for (; due_ - sent_ > kWaitingMax; ++sent_) given_up += time_of(sent_) >= counted_from ? 1 : 0;
        return given_up;
    }
    /// The intended time of the oldest due request, which counts as sent now; nothing when none waits.
    [[nodiscard]] std::optional<TimePoint> take() noexcept {
        if (sent_ == due_) return std::nullopt;
        return time_of(sent_++);
    }
    /// Due requests that wait for a connection.
    [[nodiscard]] std::uint64_t waiting() const noexcept { return due_ - sent_; }
    /// Every request has been taken.
    [[nodiscard]] bool exhausted() const noexcept { return count_ && sent_ >= *count_; }

    static constexpr std::uint64_t kWaitingMax = 100'000;

private:
    TimePoint start_;
    double rate_;
    std::optional<std::uint64_t> count_;
    std::uint64_t due_ = 0;   // requests that are or were due
    std::uint64_t sent_ = 0;  // of these, the ones taken or given up
};

}  // namespace breakwater::bench
