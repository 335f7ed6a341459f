#include "breakwater/config/scalars.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "breakwater/base/strings.hpp"

namespace breakwater::config {
namespace {

// Beyond this a double no longer counts single units.
constexpr double kValueMax = 9.0e15;

struct Unit {
    std::string_view name;
    double factor;
};

/// `text` cut after its leading number (digits and one point).
struct Split {
    std::string_view digits;
    std::string_view rest;
};

Split split_number(std::string_view text) noexcept {
    const std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
    return {text.substr(0, end), text.substr(end)};
}

/// Octal to some readers of YAML, decimal to others.
bool has_leading_zero(std::string_view digits) noexcept {
    return digits.size() > 1 && digits[0] == '0' && digits[1] != '.';
}

std::optional<double> number(std::string_view digits) noexcept {
    if (digits.empty() || digits.front() == '.' || digits.back() == '.' || has_leading_zero(digits))
        return std::nullopt;
    return parse_double(digits);
}

std::unexpected<std::string> hint(std::string text = {}) {
    return std::unexpected(std::move(text));
}

constexpr std::array kTimeUnits{Unit{"h", 3'600'000}, Unit{"m", 60'000}, Unit{"s", 1'000}, Unit{"ms", 1}};

/// What people write for a unit, by its first letters.
std::string_view meant_time_unit(std::string_view word) noexcept {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kHabits{
        {{"ms", "ms"}, {"mil", "ms"}, {"sec", "s"}, {"min", "m"}, {"h", "h"}, {"s", "s"}}};
    for (const auto& [start, unit] : kHabits) {
        if (istarts_with(word, start)) return unit;
    }
    return {};
}

std::unexpected<std::string> duration_hint(std::string_view text) {
    const auto [digits, rest] = split_number(trim(text));
    if (!number(digits)) return hint();
    if (rest.empty()) return hint(fmt::format("write {0}s for seconds, {0}ms for milliseconds", digits));
    const std::string_view unit = meant_time_unit(trim(rest));
    return unit.empty() ? hint("the units are ms, s, m and h") : hint(fmt::format("write {}{}", digits, unit));
}

Parsed<double> with_unit(std::string_view text, std::span<const Unit> units) {
    const auto [digits, rest] = split_number(text);
    const std::optional<double> value = number(digits);
    const auto unit = std::ranges::find_if(units, [&](const Unit& u) { return iequals(u.name, rest); });
    if (!value || unit == units.end() || *value * unit->factor > kValueMax) return hint();
    return *value * unit->factor;
}

}  // namespace

Parsed<std::chrono::milliseconds> parse_duration(std::string_view text) {
    double total = 0;
    std::size_t next_unit = 0;
    std::string_view left = text;
    while (!left.empty()) {
        const auto [digits, rest] = split_number(left);
        const std::optional<double> value = number(digits);
        const std::string_view word = rest.substr(0, rest.find_first_of("0123456789."));
        const auto* unit = std::find_if(kTimeUnits.begin() + next_unit, kTimeUnits.end(),
                                        [&](const Unit& u) { return u.name == word; });
        if (!value || unit == kTimeUnits.end()) return duration_hint(text);
        total += *value * unit->factor;
        next_unit = static_cast<std::size_t>(unit - kTimeUnits.begin()) + 1;
        left = rest.substr(word.size());
    }
    if (text.empty() || total > kValueMax) return hint();
    return std::chrono::milliseconds(std::llround(total));
}

Parsed<std::uint64_t> parse_size(std::string_view text) {
    constexpr double k = 1024;
    static constexpr std::array kUnits{Unit{"", 1},           Unit{"B", 1},          Unit{"k", k},
                                       Unit{"KB", k},         Unit{"KiB", k},        Unit{"M", k * k},
                                       Unit{"MB", k * k},     Unit{"MiB", k * k},    Unit{"G", k * k * k},
                                       Unit{"GB", k * k * k}, Unit{"GiB", k * k * k}};
    const Parsed<double> bytes = with_unit(text, kUnits);
    if (!bytes) return hint("the units are B, k, M and G (KB, MB and GB mean the same)");
    return static_cast<std::uint64_t>(*bytes);
}

Parsed<std::int64_t> parse_count(std::string_view text) {
    static constexpr std::array kUnits{Unit{"", 1}, Unit{"k", 1e3}, Unit{"M", 1e6}};
    const Parsed<double> tokens = with_unit(text, kUnits);
    if (!tokens || *tokens != std::floor(*tokens)) return hint("32k is 32000, 1M is 1000000");
    return static_cast<std::int64_t>(*tokens);
}

Parsed<double> parse_share(std::string_view text) {
    const auto [digits, rest] = split_number(text);
    const std::optional<double> value = number(digits);
    if (value && rest == "%") return *value / 100;
    if (!value || !rest.empty()) return hint();
    return hint(fmt::format("write {}%", *value <= 1 ? *value * 100 : *value));
}

Parsed<double> parse_rate(std::string_view text) {
    static constexpr std::array kUnits{Unit{"/s", 1}, Unit{"/m", 1.0 / 60}, Unit{"/h", 1.0 / 3600}};
    const Parsed<double> rate = with_unit(text, kUnits);
    if (rate) return *rate;
    return number(text) ? hint(fmt::format("write {}/s", text)) : hint();
}

Parsed<bool> parse_boolean(std::string_view text) {
    if (text == "true") return true;
    if (text == "false") return false;
    for (const std::string_view yes : {"yes", "on", "true", "1", "y"}) {
        if (iequals(text, yes)) return hint("write true");
    }
    for (const std::string_view no : {"no", "off", "false", "0", "n"}) {
        if (iequals(text, no)) return hint("write false");
    }
    return hint();
}

Parsed<std::uint64_t> parse_integer(std::string_view text) {
    const std::optional<std::uint64_t> value = parse_u64(text);
    if (value && has_leading_zero(text)) return hint(fmt::format("write {}", *value));
    return value ? Parsed<std::uint64_t>(*value) : hint();
}

Parsed<double> parse_number(std::string_view text) {
    const bool negative = text.starts_with('-');
    const auto [digits, rest] = split_number(text.substr(negative ? 1 : 0));
    const std::optional<double> value = number(digits);
    if (!value || !rest.empty()) return hint();
    return negative ? -*value : *value;
}

}  // namespace breakwater::config
