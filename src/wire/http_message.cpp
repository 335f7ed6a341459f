#include "breakwater/wire/http_message.hpp"

#include <algorithm>
#include <array>

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

}  // namespace

void Headers::set(std::string_view name, std::string value) {
    for (Field& field : fields_) {
        if (!iequals(field.first, name)) continue;
        field.second = std::move(value);
        return;
    }
    fields_.emplace_back(std::string(name), std::move(value));
}

std::optional<std::string_view> Headers::find(std::string_view name) const noexcept {
    for (const Field& field : fields_) {
        if (iequals(field.first, name)) return field.second;
    }
    return std::nullopt;
}

std::size_t Headers::count(std::string_view name) const noexcept {
    const auto matches = [name](const Field& field) { return iequals(field.first, name); };
    return static_cast<std::size_t>(std::ranges::count_if(fields_, matches));
}

bool is_header_value(std::string_view value) noexcept {
    return std::ranges::all_of(value, is_field_byte);
}

bool is_header_name(std::string_view name) noexcept {
    return !name.empty() && std::ranges::all_of(name, [](char c) { return kToken[static_cast<unsigned char>(c)]; });
}

std::string media_type(std::string_view content_type) {
    return to_lower(trim(content_type.substr(0, content_type.find(';'))));
}

}  // namespace breakwater
