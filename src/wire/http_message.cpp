#include "breakwater/wire/http_message.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "breakwater/base/strings.hpp"

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

bool is_field_byte(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7f) || byte == '\t';
}

constexpr std::uint64_t kOnes = 0x0101010101010101u;
constexpr std::uint64_t kHighBits = 0x8080808080808080u;

/// Not zero when one of eight bytes is a control byte; tabs are among them, and are looked at once more.
constexpr std::uint64_t control_bytes(std::uint64_t word) noexcept {
    const std::uint64_t deleted = word ^ (kOnes * 0x7f);
    return (((word - kOnes * 0x20) & ~word) | ((deleted - kOnes) & ~deleted)) & kHighBits;
}

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

void Headers::append_to_last(std::string_view more) {
    Place& last = places_.back();
    // A value that is not the last text, because it was replaced, is said again at the end.
    if (last.value_at + last.value_bytes != text_.size()) {
        last.value_at = put(std::string(field(last).second));
    }
    put(more);
    last.value_bytes += static_cast<std::uint32_t>(more.size());
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

bool is_header_value(std::string_view value) noexcept {
    while (value.size() >= sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, value.data(), sizeof word);
        if (control_bytes(word) != 0 && !std::ranges::all_of(value.substr(0, sizeof word), is_field_byte)) return false;
        value.remove_prefix(sizeof word);
    }
    return std::ranges::all_of(value, is_field_byte);
}

bool is_header_name(std::string_view name) noexcept {
    bool token = !name.empty();
    for (const char c : name) token = token && kToken[static_cast<unsigned char>(c)];
    return token;
}

std::string media_type(std::string_view content_type) {
    return to_lower(trim(content_type.substr(0, content_type.find(';'))));
}

}  // namespace breakwater
