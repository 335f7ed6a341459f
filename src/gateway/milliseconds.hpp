#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "breakwater/base/append.hpp"
#include "breakwater/base/clock.hpp"

namespace breakwater {

inline constexpr std::size_t kMillisecondsMax = 24;

/// Writes "12.345", kMillisecondsMax bytes at most: milliseconds to the microsecond, by integers, because every request
/// writes a dozen of them and a shortest-form double costs ten times as much. A negative span counts as zero.
inline char* put_milliseconds(char* at, Duration span) noexcept {
    const auto micros = static_cast<std::uint64_t>(std::max<std::int64_t>(0, span.count())) / 1000;
    const auto rest = static_cast<unsigned>(micros % 1000);
    at = put_digits(at, micros / 1000);
    *at++ = '.';
    *at++ = static_cast<char>('0' + rest / 100);
    *at++ = static_cast<char>('0' + rest / 10 % 10);
    *at++ = static_cast<char>('0' + rest % 10);
    return at;
}

}  // namespace breakwater
