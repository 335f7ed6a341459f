#include "breakwater/base/utc_time.hpp"

#include <array>
#include <chrono>
#include <utility>

namespace breakwater {
namespace {

/// The number that `digits` characters at `at` are, or nothing.
std::optional<int> number(std::string_view text, std::size_t at, std::size_t digits) {
    int value = 0;
    for (std::size_t i = at; i < at + digits; ++i) {
        if (i >= text.size() || text[i] < '0' || text[i] > '9') return std::nullopt;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

}  // namespace

std::optional<WallTime> parse_utc_time(std::string_view text) {
    constexpr std::string_view kForm = "0000-00-00T00:00:00";
    if (text.size() <= kForm.size() || text.size() > 40 || !text.ends_with('Z')) return std::nullopt;
    for (std::size_t i = 0; i < kForm.size(); ++i) {
        if (kForm[i] != '0' && text[i] != kForm[i]) return std::nullopt;
    }
    const std::string_view rest = text.substr(kForm.size());
    if (rest != "Z" && !(rest.starts_with('.') && number(rest, 1, rest.size() - 2) && rest.size() <= 11))
        return std::nullopt;
    std::array<int, 6> parts{};
    static constexpr std::array<std::pair<std::size_t, std::size_t>, 6> kPlaces{
        {{0, 4}, {5, 2}, {8, 2}, {11, 2}, {14, 2}, {17, 2}}};
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto part = number(text, kPlaces[i].first, kPlaces[i].second);
        if (!part) return std::nullopt;
        parts[i] = *part;
    }
    const auto [year, month, day, hour, minute, second] = parts;
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    // The difference of two dates fits into the clock's nanoseconds.
    constexpr int kYearMin = 1970;
    constexpr int kYearMax = 2200;
    if (!date.ok() || year < kYearMin || year > kYearMax || hour > 23 || minute > 59 || second > 60)
        return std::nullopt;
    return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
           std::chrono::seconds(second);
}

}  // namespace breakwater
