#include "breakwater/base/append.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace breakwater {
namespace {

/// "00" to "99".
constexpr auto kPairs = [] {
    std::array<char, 200> pairs{};
    for (std::size_t i = 0; i < 100; ++i) {
        pairs[2 * i] = static_cast<char>('0' + i / 10);
        pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
    }
    return pairs;
}();

/// The smallest number of so many digits and one more; the first entry makes 0 a number of one digit.
constexpr auto kTens = [] {
    std::array<std::uint64_t, 20> tens{};
    std::uint64_t power = 1;
    for (std::size_t i = 1; i < tens.size(); ++i) tens[i] = power *= 10;
    return tens;
}();

std::size_t count_digits(std::uint64_t value) noexcept {
    // 1233 / 4096 is log10(2) and a little more, so the estimate is right or one too low.
    const auto estimate = static_cast<std::size_t>(std::bit_width(value | 1) * 1233 >> 12);
    return estimate + (value >= kTens.data()[estimate] ? 1 : 0);
}

}  // namespace

char* put_digits(char* at, std::uint64_t value) noexcept {
    if (value < 10) {  // most of what is counted and timed
        *at = static_cast<char>('0' + value);
        return at + 1;
    }
    char* const end = at + count_digits(value);
    char* place = end;
    while (value >= 10) {
        place -= 2;
        std::memcpy(place, kPairs.data() + value % 100 * 2, 2);
        value /= 100;
    }
    if (place != at) *at = static_cast<char>('0' + value);
    return end;
}

void make_room(std::string& out, std::size_t more) {
    out.reserve(std::max(out.size() + more, 2 * out.capacity()));
}

}  // namespace breakwater
