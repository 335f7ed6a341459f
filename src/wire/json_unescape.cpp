#include "json_unescape.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace breakwater {
namespace {

/// What a letter behind a backslash stands for; 0 for those that stand for nothing.
constexpr std::array<char, 256> kMeanings = [] {
    std::array<char, 256> meanings{};
    meanings['"'] = '"';
    meanings['\\'] = '\\';
    meanings['/'] = '/';
    meanings['b'] = '\b';
    meanings['f'] = '\f';
    meanings['n'] = '\n';
    meanings['r'] = '\r';
    meanings['t'] = '\t';
    return meanings;
}();

constexpr std::array<std::int8_t, 256> kHexDigits = [] {
    std::array<std::int8_t, 256> digits{};
    digits.fill(-1);
    for (int digit = 0; digit < 10; ++digit)
        digits[static_cast<std::size_t>('0' + digit)] = static_cast<std::int8_t>(digit);
    for (int digit = 10; digit < 16; ++digit) {
        digits[static_cast<std::size_t>('a' + digit - 10)] = static_cast<std::int8_t>(digit);
        digits[static_cast<std::size_t>('A' + digit - 10)] = static_cast<std::int8_t>(digit);
    }
    return digits;
}();

std::size_t index_of(char c) noexcept {
    return static_cast<unsigned char>(c);
}

/// Bytes of `\uXXXX`.
constexpr std::size_t kUnitBytes = 6;

/// The code unit that `text` begins with as `\uXXXX`, or -1.
std::int32_t code_unit(std::string_view text) noexcept {
    if (text.size() < kUnitBytes || text[0] != '\\' || text[1] != 'u') return -1;
    std::int32_t unit = 0;
    for (std::size_t at = 2; at < kUnitBytes; ++at) {
        const std::int32_t digit = kHexDigits[index_of(text[at])];
        if (digit < 0) return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

bool is_first_half(std::int32_t unit) noexcept {
    return unit >= 0xD800 && unit <= 0xDBFF;
}
bool is_second_half(std::int32_t unit) noexcept {
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

/// Bytes of the escape that `text` begins with, or 0 when it is none.
std::size_t escape_bytes(std::string_view text) noexcept {
    if (text.size() < 2) return 0;
    if (text[1] != 'u') return kMeanings[index_of(text[1])] == 0 ? 0 : 2;
    const std::int32_t unit = code_unit(text);
    if (unit < 0 || is_second_half(unit)) return 0;
    if (!is_first_half(unit)) return kUnitBytes;
    return is_second_half(code_unit(text.substr(kUnitBytes))) ? 2 * kUnitBytes : 0;
}

char* put_utf8(std::uint32_t point, char* to) noexcept {
    const auto put = [&](std::uint32_t byte) { *to++ = static_cast<char>(byte); };
    if (point < 0x80) {
        put(point);
    } else if (point < 0x800) {
        put(0xC0U | point >> 6U);
        put(0x80U | (point & 0x3FU));
    } else if (point < 0x10000) {
        put(0xE0U | point >> 12U);
        put(0x80U | (point >> 6U & 0x3FU));
        put(0x80U | (point & 0x3FU));
    } else {
        put(0xF0U | point >> 18U);
        put(0x80U | (point >> 12U & 0x3FU));
        put(0x80U | (point >> 6U & 0x3FU));
        put(0x80U | (point & 0x3FU));
    }
    return to;
}

/// The code point of the one or two `\uXXXX` that `text` begins with, which are well-formed.
std::uint32_t code_point(std::string_view text) noexcept {
    const std::int32_t unit = code_unit(text);
    if (!is_first_half(unit)) return static_cast<std::uint32_t>(unit);
    const std::int32_t second = code_unit(text.substr(kUnitBytes));
    return 0x10000U + (static_cast<std::uint32_t>(unit - 0xD800) << 10U) + static_cast<std::uint32_t>(second - 0xDC00);
}

}  // namespace

bool are_json_escapes(std::string_view string) noexcept {
    for (std::size_t at = string.find('\\'); at != std::string_view::npos; at = string.find('\\', at)) {
        const std::size_t bytes = escape_bytes(string.substr(at));
        if (bytes == 0) return false;
        at += bytes;
    }
    return true;
}

std::size_t unescape_json(std::string_view string, char* to) noexcept {
    const char* const start = to;
    while (!string.empty()) {
        const std::size_t plain = std::min(string.find('\\'), string.size());
        std::memcpy(to, string.data(), plain);
        to += plain;
        string.remove_prefix(plain);
        if (string.empty()) break;
        const std::size_t bytes = escape_bytes(string);
        to = string[1] == 'u' ? put_utf8(code_point(string), to) : (*to = kMeanings[index_of(string[1])], to + 1);
        string.remove_prefix(bytes);
    }
    return static_cast<std::size_t>(to - start);
}

}  // namespace breakwater
