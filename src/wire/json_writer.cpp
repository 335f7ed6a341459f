#include "breakwater/wire/json_writer.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include "breakwater/base/strings.hpp"

namespace breakwater {
namespace {

static_assert(std::endian::native == std::endian::little, "the scan below finds the first byte as the lowest one");

constexpr std::uint64_t kOnes = 0x0101010101010101u;
constexpr std::uint64_t kHighBits = 0x8080808080808080u;

/// The high bit of the first byte below 0x20, or equal to `"` or `\`, and maybe of bytes above that one.
constexpr std::uint64_t escape_mask(std::uint64_t word) noexcept {
    const std::uint64_t quote = word ^ (kOnes * '"');
    const std::uint64_t backslash = word ^ (kOnes * '\\');
    const std::uint64_t control = (word - kOnes * 0x20) & ~word;
    return (control | ((quote - kOnes) & ~quote) | ((backslash - kOnes) & ~backslash)) & kHighBits;
}

/// A stretch of text that needs no escape, and whether it has bytes beyond ASCII, which must be checked.
struct Run {
    std::size_t length;
    bool beyond_ascii;
};

Run run_at(std::string_view text) noexcept {
    std::uint64_t high = 0;
    std::size_t at = 0;
    while (text.size() - at >= sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + at, sizeof word);
        const std::uint64_t mask = escape_mask(word);
        if (mask != 0) {
            const auto bytes = static_cast<std::size_t>(std::countr_zero(mask)) / 8;
            high |= word & ((std::uint64_t{1} << (bytes * 8)) - 1);
            return {at + bytes, (high & kHighBits) != 0};
        }
        high |= word;
        at += sizeof word;
    }
    if (const std::size_t rest = text.size() - at; rest > 0) {
        // The last bytes as a word filled up with spaces, which need no escape.
        std::uint64_t word = kOnes * ' ';
        std::memcpy(&word, text.data() + at, rest);
        const std::uint64_t mask = escape_mask(word);
        const std::size_t plain = mask == 0 ? rest : static_cast<std::size_t>(std::countr_zero(mask)) / 8;
        high |= plain == 0 ? 0 : word & (~std::uint64_t{0} >> (64 - plain * 8));
        at += plain;
    }
    return {at, (high & kHighBits) != 0};
}

/// simdjson checks long text faster; below this its set-up costs more than it gains.
bool is_well_formed(std::string_view text) noexcept {
    return text.size() < 64 ? is_valid_utf8(text) : simdjson::validate_utf8(text.data(), text.size());
}

void append_escape(std::string& out, char c) {
    static constexpr std::string_view kHex = "0123456789abcdef";
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\b':
            out += "\\b";
            return;
        case '\f':
            out += "\\f";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            break;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += "\\u00";
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
}

}  // namespace

void append_json_escaped(std::string& out, std::string_view text) {
    // Escapes are ASCII, so they never stand inside a character, and each run can be checked by itself.
    while (true) {
        const Run run = run_at(text);
        const std::string_view plain = text.substr(0, run.length);
        if (run.beyond_ascii && !is_well_formed(plain)) {
            out += replace_invalid_utf8(plain);
        } else {
            out += plain;
        }
        if (run.length == text.size()) return;
        append_escape(out, text[run.length]);
        text.remove_prefix(run.length + 1);
    }
}

JsonWriter& JsonWriter::key(std::string_view name) {
    // Keys are short and nearly always plain: comma, quotes, name and colon go out in one append.
    if (const Run run = run_at(name); run.length == name.size() && !run.beyond_ascii) {
        const std::size_t before = out_.size();
        const bool comma = need_comma_;
        out_.resize_and_overwrite(before + name.size() + 4, [&](char* bytes, std::size_t) {
            char* at = bytes + before;
            if (comma) *at++ = ',';
            *at++ = '"';
            at = std::copy(name.begin(), name.end(), at);
            *at++ = '"';
            *at++ = ':';
            return static_cast<std::size_t>(at - bytes);
        });
    } else {
        separate();
        out_ += '"';
        append_json_escaped(out_, name);
        out_ += "\":";
    }
    need_comma_ = false;
    return *this;
}

JsonWriter& JsonWriter::string(std::string_view value) {
    separate();
    out_ += '"';
    append_json_escaped(out_, value);
    out_ += '"';
    return *this;
}

JsonWriter& JsonWriter::number(std::int64_t value) {
    separate();
    std::array<char, 24> text;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    out_.append(text.data(), end);
    return *this;
}

JsonWriter& JsonWriter::number(double value) {
    if (!std::isfinite(value)) return null();
    separate();
    std::array<char, 32> text;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    out_.append(text.data(), end);
    return *this;
}

JsonWriter& JsonWriter::boolean(bool value) {
    return raw(value ? "true" : "false");
}

JsonWriter& JsonWriter::null() {
    return raw("null");
}

JsonWriter& JsonWriter::raw(std::string_view json) {
    separate();
    out_ += json;
    return *this;
}

JsonWriter& JsonWriter::open(char c) {
    separate();
    out_ += c;
    need_comma_ = false;
    return *this;
}

JsonWriter& JsonWriter::close(char c) {
    out_ += c;
    need_comma_ = true;
    return *this;
}

/// Called before every value and key: what comes next will need a comma, unless it is the first in its container.
void JsonWriter::separate() {
    if (need_comma_) out_ += ',';
    need_comma_ = true;
}

}  // namespace breakwater
