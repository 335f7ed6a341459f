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

/// A table because every header of every message is looked at.
constexpr auto kToken = [] {
    std::array<bool, 256> table{};
    for (std::size_t c = 0; c < table.size(); ++c) table[c] = is_token_char(static_cast<char>(c));
    return table;
}();

bool is_control(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
}

#ifdef __SSE2__
__m128i load_block(const char* text) noexcept {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(text));
}

/// Eight to 16 bytes as two words, which overlap.
__m128i load_words(std::string_view text) noexcept {
    const auto* first = reinterpret_cast<const __m128i*>(text.data());
    const auto* last = reinterpret_cast<const __m128i*>(text.data() + text.size() - 8);
    return _mm_unpacklo_epi64(_mm_loadl_epi64(first), _mm_loadl_epi64(last));
}

/// A bit for each of 16 bytes that is a control byte.
unsigned control_bits(__m128i bytes) noexcept {
    const __m128i blank = _mm_set1_epi8(0x20);
    const __m128i printable = _mm_cmpeq_epi8(_mm_max_epu8(bytes, blank), bytes);
    const __m128i deleted = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7f));
    return static_cast<unsigned>(_mm_movemask_epi8(_mm_andnot_si128(deleted, printable))) ^ 0xffffu;
}

/// True when all of 16 bytes are letters, digits and hyphens, which nearly all names are made of.
bool are_usual(__m128i bytes) noexcept {
    const auto within = [](__m128i offset, char most) {
        return _mm_cmpeq_epi8(_mm_min_epu8(offset, _mm_set1_epi8(most)), offset);
    };
    const __m128i lower = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
    const __m128i letters = within(_mm_sub_epi8(lower, _mm_set1_epi8('a')), 'z' - 'a');
    const __m128i digits = within(_mm_sub_epi8(bytes, _mm_set1_epi8('0')), 9);
    const __m128i hyphens = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('-'));
    return _mm_movemask_epi8(_mm_or_si128(letters, _mm_or_si128(digits, hyphens))) == 0xffff;
}

bool is_usual_name(std::string_view name) noexcept {
    if (name.size() < 8) return false;
    if (name.size() <= 16) return are_usual(load_words(name));
    bool usual = are_usual(load_block(name.data() + name.size() - 16));
    for (std::size_t at = 0; usual && name.size() - at > 16; at += 16) usual = are_usual(load_block(name.data() + at));
    return usual;
}
#endif

}  // namespace

void Headers::add_any(std::string_view name, std::string_view value) {
    add_line(name, value, is_header_name(name));
}

void Headers::add_within(std::string_view head, std::string_view name, std::string_view value) {
    places_.push_back({.name_at = static_cast<std::uint32_t>(name.data() - head.data()),
                       .name_bytes = static_cast<std::uint32_t>(name.size()),
                       .value_at = static_cast<std::uint32_t>(value.data() - head.data()),
                       .value_bytes = static_cast<std::uint32_t>(value.size())});
}

void Headers::set(std::string_view name, std::string_view value) {
    const auto matches = [&](const Place& place) { return iequals(this->name(place), name); };
    const auto first = std::ranges::find_if(places_, matches);
    if (first == places_.end()) return add(name, value);
    places_.erase(std::remove_if(first + 1, places_.end(), matches), places_.end());
    first->value_at = static_cast<std::uint32_t>(text_.size());
    first->value_bytes = static_cast<std::uint32_t>(value.size());
    text_.append(value);
    lines_ = false;
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
    lines_ = true;
}

void Headers::reserve(std::size_t count, std::size_t bytes) {
    places_.reserve(count);
    text_.reserve(bytes);
}

std::size_t first_control_byte(std::string_view text) noexcept {
    std::size_t at = 0;
#ifdef __SSE2__
    for (; text.size() - at >= 16; at += 16) {
        if (const unsigned bits = control_bits(load_block(text.data() + at)); bits != 0)
            return at + static_cast<std::size_t>(std::countr_zero(bits));
    }
    if (at == text.size()) return std::string_view::npos;
    // The rest is shorter than a block: it is looked at together with what is before it, which has none.
    if (text.size() >= 16) {
        const unsigned bits = control_bits(load_block(text.data() + text.size() - 16));
        return bits == 0 ? std::string_view::npos : text.size() - 16 + static_cast<std::size_t>(std::countr_zero(bits));
    }
    if (text.size() >= 8) {
        const unsigned bits = control_bits(load_words(text));
        const auto index = static_cast<std::size_t>(std::countr_zero(bits));
        return bits == 0 ? std::string_view::npos : index < 8 ? index : text.size() - 16 + index;
    }
#endif
    for (; at < text.size(); ++at) {
        if (is_control(text[at])) return at;
    }
    return std::string_view::npos;
}

void Headers::append_lines(std::string& out) const {
    if (lines_) {
        out.append(text_);
        return;
    }
    append_written(out, text_.size() + size() * kAroundField, [this](char* to) {
        for (const auto& [name, value] : fields()) {
            if (is_header_name(name) && is_header_value(value)) to = put_line(to, name, value);
        }
        return to;
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
#ifdef __SSE2__
    if (is_usual_name(name)) return true;
#endif
    bool token = !name.empty();
    for (const char c : name) token &= kToken[static_cast<unsigned char>(c)];
    return token;
}

std::string whole_body(HttpRequest&& request) {
    std::string body = std::move(request.body);
    if (!request.tail) return body;
    body.reserve(body.size() + request.tail->bytes());
    body.append(request.tail->view()).append(request.tail->after);
    return body;
}

bool is_media_type(std::string_view content_type, std::string_view type) noexcept {
    return iequals(trim(content_type.substr(0, content_type.find(';'))), type);
}

std::string media_type(std::string_view content_type) {
    return to_lower(trim(content_type.substr(0, content_type.find(';'))));
}

}  // namespace breakwater
