#pragma once

#include <chrono>

#include "breakwater/base/clock.hpp"
#include "breakwater/base/random.hpp"

namespace breakwater::sim {

/// Times with the long tail that providers have: log-normal, by median and 95th percentile. A value.
class Latency {
public:
    /// Without a p95 beyond the median every draw is the median; without a median it is half of p95.
    Latency(std::chrono::milliseconds p50, std::chrono::milliseconds p95) noexcept;
    [[nodiscard]] Duration draw(Rng& rng) const noexcept;

private:
    double median_ns_;
    double sigma_;
};

}  // namespace breakwater::sim
