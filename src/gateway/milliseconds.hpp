#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <string>

#include "breakwater/base/clock.hpp"

namespace breakwater {

/// Appends "12.345": milliseconds to the microsecond, by integers, because every request writes a dozen of them and a shortest-form double
/// costs ten times as much. A negative span counts as zero.
inline void append_milliseconds(std::string& out, Duration span) {
    const auto micros = std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::microseconds>(span).count());
    std::array<char, 32> digits{};
    char* at = std::to_chars(digits.data(), digits.data() + 24, micros / 1000).ptr;
    const auto rest = static_cast<unsigned>(micros % 1000);
    *at++ = '.';
    *at++ = static_cast<char>('0' + rest / 100);
    *at++ = static_cast<char>('0' + rest / 10 % 10);
    *at++ = static_cast<char>('0' + rest % 10);
    out.append(digits.data(), at);
}

}  // namespace breakwater
