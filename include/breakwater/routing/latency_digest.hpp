#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "breakwater/base/clock.hpp"

namespace breakwater {

/// Quantiles of the latencies seen lately: a histogram whose buckets grow by about a tenth, from 1 ms to a quarter of
/// an hour. Two generations follow each other, so that between the last 512 and 1,024 values count, none older than ten
/// minutes. 672 bytes. Single-threaded.
class LatencyDigest {
public:
    void add(Duration value, TimePoint now) noexcept;
    /// The upper edge of the bucket that holds quantile `q` (0..1): at most an eighth above the true value, never below
    /// it. Nothing while fewer than 20 values are known.
    [[nodiscard]] std::optional<Duration> quantile(double q, TimePoint now) const noexcept;
    /// Values that the quantiles rest on.
    [[nodiscard]] std::uint64_t samples(TimePoint now) const noexcept;
    static constexpr std::size_t kBuckets = 160;

private:
    friend class LatencySum;
    struct Generation {
        std::array<std::uint16_t, kBuckets> counts{};
        std::uint32_t total = 0;
        TimePoint begun{};
    };
    static std::size_t bucket(Duration value) noexcept;
    static Duration upper_edge(std::size_t bucket) noexcept;
    [[nodiscard]] bool counts(const Generation& generation, TimePoint now) const noexcept;

    Generation current_{};
    Generation before_{};
};

/// Several digests as one, as of those of all workers: the quantiles are those of all their values. A value.
class LatencySum {
public:
    void add(const LatencyDigest& digest, TimePoint now) noexcept;
    /// As of LatencyDigest, and of any number of values.
    [[nodiscard]] std::optional<Duration> quantile(double q) const noexcept;
    [[nodiscard]] std::uint64_t samples() const noexcept { return total_; }

private:
    std::array<std::uint32_t, LatencyDigest::kBuckets> counts_{};
    std::uint64_t total_ = 0;
};

}  // namespace breakwater
