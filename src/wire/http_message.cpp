#include "breakwater/wire/http_message.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "breakwater/base/append.hpp"
#include "breakwater/base/strings.hpp"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace breakwater {
namespace {

/// RFC 9110, 5.6.2: the characters of a token, as a table because every header of every message is looked at.
constexpr std::array<bool, 256> make_token_table() {
    std::array<bool, 256> table{};
    for (std::size_t c = '0'; c <= '9'; ++c) table[c] = true;
    for (std::size_t c = 'A'; c <= 'Z'; ++c) table[c] = true;
    for (std::size_t c = 'a'; c <= 'z'; ++c) table[c] = true;
    for (const char c : std::string_view("!#$%&'*+-.^_`|~")) table[static_cast<unsigned char>(c)] = true;
    return table;
}
constexpr auto kToken = make_token_table();

bool is_control(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
}

#ifdef __SSE2__
/// A bit for each of 16 bytes that is a control byte.
unsigned control_bits(const char* text) noexcept {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text));
    const __m128i blank = _mm_set1_epi8(0x20);
    const __m128i printable = _mm_cmpeq_epi8(_mm_max_epu8(bytes, blank), bytes);
    const __m128i deleted = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7f));
    return static_cast<unsigned>(_mm_movemask_epi8(_mm_andnot_si128(deleted, printable))) ^ 0xffffu;
}
#endif

}  // namespace

std::uint32_t Headers::put(std::string_view text) {
    const auto at = static_cast<std::uint32_t>(text_.size());
    text_.append(text);
    return at;
}

void Headers::add(std::string_view name, std::string_view value) {
    Place place{};
    place.name_at = put(name);
    place.name_bytes = static_cast<std::uint32_t>(name.size());
    place.value_at = put(value);
    place.value_bytes = static_cast<std::uint32_t>(value.size());
    places_.push_back(place);
}

void Headers::add_within(std::string_view head, std::string_view name, std::string_view value) {
    places_.push_back({.name_at = static_cast<std::uint32_t>(name.data() - head.data()),
                       .name_bytes = static_cast<std::uint32_t>(name.size()),
                       .value_at = static_cast<std::uint32_t>(value.data() - head.data()),
                       .value_bytes = static_cast<std::uint32_t>(value.size())});
}

void Headers::set(std::string_view name, std::string_view value) {
    for (Place& place : places_) {
        if (!iequals(this->name(place), name)) continue;
        place.value_at = put(value);
        place.value_bytes = static_cast<std::uint32_t>(value.size());
        return;
    }
    add(name, value);
}

std::optional<std::string_view> Headers::find(std::string_view name) const noexcept {
    for (const Place& place : places_) {
        if (place.name_bytes == name.size() && iequals(this->name(place), name)) return field(place).second;
    }
    return std::nullopt;
}

std::size_t Headers::count(std::string_view name) const noexcept {
    const auto matches = [&](const Place& place) { return iequals(this->name(place), name); };
    return static_cast<std::size_t>(std::ranges::count_if(places_, matches));
}

void Headers::clear() noexcept {
    text_.clear();
    places_.clear();
}

void Headers::reserve(std::size_t count, std::size_t bytes) {
    places_.reserve(count);
    text_.reserve(bytes);
}

std::size_t first_control_byte(std::string_view text) noexcept {
    std::size_t at = 0;
#ifdef __SSE2__
    for (; text.size() - at >= 16; at += 16) {
        if (const unsigned bits = control_bits(text.data() + at); bits != 0)
            return at + static_cast<std::size_t>(std::countr_zero(bits));
    }
#endif
    for (; at < text.size(); ++at) {
        if (is_control(text[at])) return at;
    }
    return std::string_view::npos;
}

void append_header_lines(std::string& out, const Headers& headers) {
    // Beside name and value each line has a colon, a blank and its end.
    append_written(out, headers.bytes() + headers.size() * 4, [&headers](char* at) {
        for (const auto& [name, value] : headers.fields()) {
            if (!is_header_name(name) || !is_header_value(value)) continue;
            at = std::copy(name.begin(), name.end(), at);
            at = put_literal(at, ": ");
            at = std::copy(value.begin(), value.end(), at);
            at = put_literal(at, "\r\n");
        }
        return at;
    });
}

bool is_header_value(std::string_view value) noexcept {
    while (true) {
        const std::size_t at = first_control_byte(value);
        if (at == std::string_view::npos) return true;
        if (value[at] != '\t') return false;
        value.remove_prefix(at + 1);
    }
}

bool is_header_name(std::string_view name) noexcept {
    bool token = !name.empty();
    for (const char c : name) token &= kToken[static_cast<unsigned char>(c)];
    return token;
}

std::string media_type(std::string_view content_type) {
    return to_lower(trim(content_type.substr(0, content_type.find(';'))));
}

}  // namespace breakwater
