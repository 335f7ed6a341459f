#include "breakwater/routing/latency_digest.hpp"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>

namespace breakwater {
namespace {

using std::chrono::microseconds;

constexpr std::uint32_t kGenerationMax = 512;
constexpr std::chrono::minutes kGenerationAge{5};
constexpr std::uint64_t kSamplesMin = 20;

/// Eight buckets to an octave, the first octave beginning at 2^10 us.
constexpr unsigned kStepBits = 3;
constexpr unsigned kFirstOctave = 10;

/// The bucket that holds quantile `q` of `total` values.
template <class CountOf>
std::size_t bucket_of(double q, std::uint64_t total, CountOf count_of) noexcept {
    const auto wanted =
        std::max<std::uint64_t>(static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(total))), 1);
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < LatencyDigest::kBuckets; ++i) {
        seen += count_of(i);
        if (seen >= wanted) return i;
    }
    return LatencyDigest::kBuckets - 1;
}

}  // namespace

std::size_t LatencyDigest::bucket(Duration value) noexcept {
    const auto us = static_cast<std::uint64_t>(
        std::max<std::int64_t>(std::chrono::duration_cast<microseconds>(value).count(), 1 << kFirstOctave));
    const auto octave = static_cast<unsigned>(std::bit_width(us)) - 1;
    const std::uint64_t step = (us >> (octave - kStepBits)) & ((1U << kStepBits) - 1);
    return std::min<std::size_t>(((octave - kFirstOctave) << kStepBits) + step, kBuckets - 1);
}

Duration LatencyDigest::upper_edge(std::size_t bucket) noexcept {
    const unsigned octave = kFirstOctave + static_cast<unsigned>(bucket >> kStepBits);
    const std::uint64_t steps = (1U << kStepBits) + (bucket & ((1U << kStepBits) - 1)) + 1;
    return microseconds(static_cast<std::int64_t>(steps << (octave - kStepBits)));
}

bool LatencyDigest::counts(const Generation& generation, TimePoint now) const noexcept {
    return generation.total > 0 && now - generation.begun < 2 * kGenerationAge;
}

void LatencyDigest::add(Duration value, TimePoint now) noexcept {
    if (current_.total >= kGenerationMax || (current_.total > 0 && now - current_.begun > kGenerationAge)) {
        before_ = current_;
        current_ = {};
    }
    if (current_.total == 0) current_.begun = now;
    ++current_.counts[bucket(value)];
    ++current_.total;
}

std::uint64_t LatencyDigest::samples(TimePoint now) const noexcept {
    return (counts(current_, now) ? current_.total : 0U) + (counts(before_, now) ? before_.total : 0U);
}

std::optional<Duration> LatencyDigest::quantile(double q, TimePoint now) const noexcept {
    const std::uint64_t total = samples(now);
    if (total < kSamplesMin) return std::nullopt;
    const bool use_current = counts(current_, now);
    const bool use_before = counts(before_, now);
    return upper_edge(bucket_of(q, total, [&](std::size_t i) {
        return (use_current ? current_.counts[i] : 0U) + (use_before ? before_.counts[i] : 0U);
    }));
}

void LatencySum::add(const LatencyDigest& digest, TimePoint now) noexcept {
    for (const LatencyDigest::Generation* generation : {&digest.current_, &digest.before_}) {
        if (!digest.counts(*generation, now)) continue;
        for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += generation->counts[i];
        total_ += generation->total;
    }
}

std::optional<Duration> LatencySum::quantile(double q) const noexcept {
    if (total_ == 0) return std::nullopt;
    return LatencyDigest::upper_edge(bucket_of(q, total_, [this](std::size_t i) { return counts_[i]; }));
}

}  // namespace breakwater
