#include "breakwater/canonical/usage.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace breakwater {
namespace {

using Count = std::optional<std::int64_t>;

constexpr std::array kCounts{
    &Usage::input_uncached, &Usage::cache_read,          &Usage::cache_write,        &Usage::cache_write_1h,
    &Usage::output,         &Usage::reasoning,           &Usage::input_audio,        &Usage::input_image,
    &Usage::output_audio,   &Usage::accepted_prediction, &Usage::rejected_prediction};

/// Providers' numbers are not trusted to be small.
std::int64_t sum_of(std::int64_t a, std::int64_t b) noexcept {
    std::int64_t sum = 0;
    if (!__builtin_add_overflow(a, b, &sum)) return sum;
    return a > 0 ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int64_t>::min();
}

}  // namespace

std::optional<std::int64_t> Usage::prompt_total() const noexcept {
    if (!input_uncached && !cache_read && !cache_write) return std::nullopt;
    return sum_of(sum_of(input_uncached.value_or(0), cache_read.value_or(0)), cache_write.value_or(0));
}

std::optional<std::int64_t> Usage::total() const noexcept {
    const Count prompt = prompt_total();
    if (!prompt || !output) return std::nullopt;
    return sum_of(*prompt, *output);
}

void Usage::normalise() noexcept {
    for (const auto member : kCounts) {
        if (Count& count = this->*member; count) count = std::max<std::int64_t>(*count, 0);
    }
    if (reasoning && output) reasoning = std::min(*reasoning, *output);
    if (cache_write_1h && cache_write) cache_write_1h = std::min(*cache_write_1h, *cache_write);
}

void Usage::merge(const Usage& later) noexcept {
    bool later_counts = false;
    bool earlier_survives = false;
    for (const auto member : kCounts) {
        const Count& count = later.*member;
        if (count) {
            this->*member = count;
            later_counts = true;
        } else if (this->*member) {
            earlier_survives = true;
        }
    }
    // An estimate stays marked for as long as any estimated count is left.
    if (later_counts) estimated = later.estimated || (estimated && earlier_survives);
}

void Usage::add(const Usage& other) noexcept {
    for (const auto member : kCounts) {
        Count& count = this->*member;
        if (const Count& more = other.*member; more) count = count ? sum_of(*count, *more) : *more;
    }
    estimated = estimated || other.estimated;
}

}  // namespace breakwater
