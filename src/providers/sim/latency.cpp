#include "latency.hpp"

#include <algorithm>
#include <cmath>

namespace breakwater::sim {
namespace {

/// The 95th percentile of the standard normal distribution.
constexpr double kNormal95 = 1.6448536269514722;
constexpr double kLongestNs = 24 * 3600e9;

double nanoseconds(std::chrono::milliseconds time) noexcept {
    return static_cast<double>(std::max<std::int64_t>(time.count(), 0)) * 1e6;
}

}  // namespace

Latency::Latency(std::chrono::milliseconds p50, std::chrono::milliseconds p95) noexcept
    : median_ns_(p50.count() > 0 ? nanoseconds(p50) : nanoseconds(p95) / 2),
      sigma_(nanoseconds(p95) > median_ns_ ? std::log(nanoseconds(p95) / median_ns_) / kNormal95 : 0) {}

Duration Latency::draw(Rng& rng) const noexcept {
    if (median_ns_ == 0) return Duration::zero();
    const double factor = sigma_ == 0 ? 1 : std::exp(sigma_ * rng.normal());
    return Duration(static_cast<std::int64_t>(std::min(median_ns_ * factor, kLongestNs)));
}

}  // namespace breakwater::sim
