#include "breakwater/bench/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace breakwater::bench {

namespace {

constexpr unsigned kLinearBits = 7;  // 128 buckets for each doubling
constexpr std::uint64_t kLinear = 1u << kLinearBits;
constexpr unsigned kValueBits = 40;  // 2^40 ns are 18 minutes
constexpr std::uint64_t kValueMax = (std::uint64_t{1} << kValueBits) - 1;
constexpr std::size_t kBuckets = (kValueBits - kLinearBits + 1) * kLinear;

std::size_t bucket_of(std::uint64_t value) noexcept {
    if (value < kLinear) return value;
    // The leading bit says which doubling; the seven bits behind it say which bucket of it.
    const unsigned shift = static_cast<unsigned>(std::bit_width(value)) - kLinearBits - 1;
    return (shift + 1) * kLinear + ((value >> shift) - kLinear);
}

/// The middle of the bucket's values.
std::uint64_t value_of(std::size_t bucket) noexcept {
    if (bucket < kLinear) return bucket;
    const std::size_t shift = bucket / kLinear - 1;
    const std::uint64_t low = (kLinear + bucket % kLinear) << shift;
    return low + ((std::uint64_t{1} << shift) >> 1);
}

}  // namespace

Histogram::Histogram() : buckets_(kBuckets) {}

void Histogram::record(Duration value, std::uint64_t times) noexcept {
    const std::int64_t nanoseconds = std::max<std::int64_t>(value.count(), 0);
    buckets_[bucket_of(std::min(static_cast<std::uint64_t>(nanoseconds), kValueMax))] += times;
    count_ += times;
    if (times > 0) max_ = std::max(max_, nanoseconds);
    sum_ += static_cast<double>(nanoseconds) * static_cast<double>(times);
}

void Histogram::clear() noexcept {
    std::ranges::fill(buckets_, 0);
    count_ = 0;
    max_ = 0;
    sum_ = 0;
}

Duration Histogram::percentile(double fraction) const noexcept {
    if (count_ == 0) return Duration::zero();
    const double wanted = std::ceil(std::clamp(fraction, 0.0, 1.0) * static_cast<double>(count_));
    const auto rank = std::max<std::uint64_t>(static_cast<std::uint64_t>(wanted), 1);
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
        seen += buckets_[bucket];
        if (seen >= rank) return std::min(Duration(static_cast<std::int64_t>(value_of(bucket))), max());
    }
    return max();
}

Duration Histogram::mean() const noexcept {
    return count_ == 0 ? Duration::zero() : Duration(static_cast<std::int64_t>(sum_ / static_cast<double>(count_)));
}

}  // namespace breakwater::bench
