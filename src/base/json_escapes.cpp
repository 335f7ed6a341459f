#include "breakwater/base/json_escapes.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "breakwater/base/strings.hpp"

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

bool is_never_escaped(std::int32_t unit) noexcept {
    return (unit >= 'a' && unit <= 'z') || (unit >= 'A' && unit <= 'Z') || (unit >= '0' && unit <= '9') ||
           unit == ' ' || unit == '_' || unit == '-' || unit == '.' || unit == '$';
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

/// Whether a backslash at `at` begins an escape, and is not one that is meant.
bool begins_escape(std::string_view string, std::size_t at) noexcept {
    std::size_t slashes = 0;
    while (slashes <= at && string[at - slashes] == '\\') ++slashes;
    return slashes % 2 == 1;
}

/// Bytes of the escape for white space that `string` ends with, or 0.
std::size_t space_escape_bytes(std::string_view string) noexcept {
    const auto stands_for_space = [&](std::size_t bytes) {
        if (string.size() < bytes || !begins_escape(string, string.size() - bytes)) return false;
        const std::string_view escape = string.substr(string.size() - bytes);
        if (bytes == kUnitBytes) {
            const std::int32_t unit = code_unit(escape);
            return unit == ' ' || (unit >= '\t' && unit <= '\r');
        }
        const char meaning = kMeanings[index_of(escape[1])];
        return meaning >= '\t' && meaning <= '\r';
    };
    return stands_for_space(2) ? 2 : stands_for_space(kUnitBytes) ? kUnitBytes : 0;
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

bool has_odd_escapes(std::string_view string) noexcept {
    for (std::size_t at = string.find('\\'); at != std::string_view::npos; at = string.find('\\', at)) {
        const std::string_view escape = string.substr(at);
        if (const std::int32_t unit = code_unit(escape); unit >= 0 && is_never_escaped(unit)) return true;
        at += escape_bytes(escape);
    }
    return false;
}

std::string_view written_without_trailing_space(std::string_view string) noexcept {
    while (true) {
        string = without_trailing_space(string);
        const std::size_t bytes = space_escape_bytes(string);
        if (bytes == 0) return string;
        string.remove_suffix(bytes);
    }
}

std::string unescaped_json(std::string_view string) {
    std::string said;
    said.resize_and_overwrite(string.size(), [string](char* to, std::size_t) { return unescape_json(string, to); });
    return said;
}

std::size_t unescape_json(std::string_view string, char* to) noexcept {
    const char* const start = to;
    visit_unescaped(string, [&to](std::string_view piece) {
        std::memcpy(to, piece.data(), piece.size());
        to += piece.size();
    });
    return static_cast<std::size_t>(to - start);
}

std::size_t take_json_escape(std::string_view& string, char* to) noexcept {
    const std::string_view escape = string.substr(0, escape_bytes(string));
    string.remove_prefix(escape.size());
    if (escape[1] == 'u') return static_cast<std::size_t>(put_utf8(code_point(escape), to) - to);
    *to = kMeanings[index_of(escape[1])];
    return 1;
}

}  // namespace breakwater
