#pragma once

#include <cstdint>
#include <vector>

#include "breakwater/base/clock.hpp"

namespace breakwater::bench {

/// Counts of durations in buckets that grow with the value, as in HdrHistogram: 128 linear buckets for each doubling,
/// so that a percentile is off by less than 0.4% whatever the value, in 36 KB. Nanoseconds; what is longer than 18
/// minutes counts as that. Pure; one thread.
class Histogram {
public:
    Histogram();

    /// Negative durations count as zero.
    void record(Duration value, std::uint64_t times = 1) noexcept;
    void clear() noexcept;

    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
    /// The value that `fraction` of the recorded ones do not exceed: 0.99 for the 99th percentile. Zero when empty.
    [[nodiscard]] Duration percentile(double fraction) const noexcept;
    /// Exact. Zero when empty.
    [[nodiscard]] Duration max() const noexcept { return Duration(max_); }
    /// Exact. Zero when empty.
    [[nodiscard]] Duration mean() const noexcept;

private:
    std::vector<std::uint64_t> buckets_;
    std::uint64_t count_ = 0;
    std::int64_t max_ = 0;
    double sum_ = 0;
};

}  // namespace breakwater::bench
