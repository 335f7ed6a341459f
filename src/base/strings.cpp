#include "breakwater/base/strings.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

namespace breakwater {
namespace {

constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// The same for eight characters at once. A byte's highest bit says of its lower seven, to which a constant was added,
/// whether they were large enough; so two sums tell the capital letters apart from what is before and behind them.
constexpr std::uint64_t lower_each(std::uint64_t word) noexcept {
    constexpr std::uint64_t kEach = 0x0101010101010101;
    constexpr std::uint64_t kHigh = 0x80 * kEach;
    const std::uint64_t seven = word & ~kHigh;
    const std::uint64_t from_a = seven + (0x80 - 'A') * kEach;
    const std::uint64_t beyond_z = seven + (0x80 - 'Z' - 1) * kEach;
    const std::uint64_t capital = from_a & ~beyond_z & ~word & kHigh;
    return word | (capital >> 2);
}

std::uint64_t word_at(std::string_view text, std::size_t at) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof word);
    return word;
}

constexpr bool is_blank(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

template <class T>
std::optional<T> parse_number(std::string_view text) noexcept {
    T value{};
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stop != end) return std::nullopt;
    return value;
}

}  // namespace

bool iequals_same_size(std::string_view a, std::string_view b) noexcept {
    constexpr std::size_t kWord = sizeof(std::uint64_t);
    const auto differs = [&](std::size_t at) { return lower_each(word_at(a, at)) != lower_each(word_at(b, at)); };
    std::size_t at = 0;
    for (; a.size() - at >= kWord; at += kWord) {
        if (differs(at)) return false;
    }
    if (at == a.size()) return true;
    if (at > 0) return !differs(a.size() - kWord);  // the rest, and what of the word before it fills a word
    return std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

bool istarts_with(std::string_view text, std::string_view prefix) noexcept {
    return text.size() >= prefix.size() && iequals(text.substr(0, prefix.size()), prefix);
}

bool icontains(std::string_view text, std::string_view needle) noexcept {
    return !std::ranges::search(text, needle, {}, lower, lower).empty() || needle.empty();
}

std::string to_lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) c = lower(c);
    return result;
}

std::string_view trim(std::string_view text) noexcept {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

std::string_view without_trailing_space(std::string_view text) noexcept {
    return text.substr(0, text.find_last_not_of(" \t\r\n\f\v") + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t at = text.find(separator);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

std::string join(std::span<const std::string> parts, std::string_view separator) {
    std::string result;
    for (const std::string& part : parts) {
        if (&part != parts.data()) result += separator;
        result += part;
    }
    return result;
}

std::optional<std::uint64_t> parse_u64(std::string_view text) noexcept {
    return parse_number<std::uint64_t>(text);
}

std::optional<std::int64_t> parse_i64(std::string_view text) noexcept {
    return parse_number<std::int64_t>(text);
}

std::optional<double> parse_double(std::string_view text) noexcept {
    const auto value = parse_number<double>(text);
    // The library also reads "inf" and "nan", which no caller means by a number.
    return value && std::isfinite(*value) ? value : std::nullopt;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row.back();
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates,
                         std::size_t max_distance) {
    std::string_view best;
    std::size_t best_distance = max_distance + 1;
    for (const std::string_view candidate : candidates) {
        const std::size_t distance = edit_distance(word, candidate);
        if (distance < best_distance) {
            best = candidate;
            best_distance = distance;
        }
    }
    return best;
}

}  // namespace breakwater
