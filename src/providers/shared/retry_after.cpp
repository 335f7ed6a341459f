#include "retry_after.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "breakwater/base/strings.hpp"
#include "breakwater/providers/provider.hpp"

namespace breakwater {
namespace {

using std::chrono::milliseconds;

/// A longer wait is as good as never, and must not overflow what is added to it.
constexpr milliseconds kWaitMax = std::chrono::hours(24 * 30);

std::optional<milliseconds> bounded(double ms) noexcept {
    if (!std::isfinite(ms) || ms < 0) return std::nullopt;
    return milliseconds(static_cast<std::int64_t>(std::ceil(std::min(ms, static_cast<double>(kWaitMax.count())))));
}

std::optional<unsigned> month_number(std::string_view name) noexcept {
    static constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                              "jul", "aug", "sep", "oct", "nov", "dec"};
    const auto found = std::ranges::find_if(kMonths, [&](std::string_view month) { return iequals(month, name); });
    if (found == kMonths.end()) return std::nullopt;
    return static_cast<unsigned>(found - kMonths.begin()) + 1;
}

std::optional<std::chrono::seconds> time_of_day(std::string_view text) {
    const auto parts = split(text, ':');
    if (parts.size() != 3) return std::nullopt;
    const auto hour = parse_u64(parts[0]);
    const auto minute = parse_u64(parts[1]);
    const auto second = parse_u64(parts[2]);
    if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    return std::chrono::seconds(static_cast<std::int64_t>(*hour * 3600 + *minute * 60 + *second));
}

/// Two digits are a year of this century or the last one, whichever is not far in the future (RFC 9110).
std::optional<int> full_year(std::string_view text) noexcept {
    const auto year = parse_u64(text);
    if (!year || *year > 9999) return std::nullopt;
    const int value = static_cast<int>(*year);
    if (text.size() == 4) return value;
    if (text.size() == 2) return value < 70 ? 2000 + value : 1900 + value;
    return std::nullopt;
}

std::optional<std::chrono::sys_seconds> make_time(std::string_view day, std::string_view month, std::string_view year,
                                                  std::string_view time) {
    const auto day_number = parse_u64(day);
    const auto month_of_year = month_number(month);
    const auto year_number = full_year(year);
    const auto seconds = time_of_day(time);
    if (!day_number || !month_of_year || !year_number || !seconds || *day_number > 31) return std::nullopt;
    const std::chrono::year_month_day date(std::chrono::year(*year_number), std::chrono::month(*month_of_year),
                                           std::chrono::day(static_cast<unsigned>(*day_number)));
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_seconds(std::chrono::sys_days(date)) + *seconds;
}

std::vector<std::string_view> date_words(std::string_view text) {
    std::vector<std::string_view> words;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of(" ,-"), text.size());
        if (end > 0) words.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

// Milliseconds hold the difference of any two dates that can be written.
std::optional<milliseconds> retry_after_at(const Headers& headers,
                                           std::optional<std::chrono::sys_time<milliseconds>> now) {
    if (const auto ms = parse_double(trim(headers.get("retry-after-ms")))) {
        if (const auto wait = bounded(*ms)) return wait;
    }
    const std::string_view value = trim(headers.get("retry-after"));
    if (const auto seconds = parse_double(value)) return bounded(*seconds * 1000);
    const auto date = now ? parse_http_date(value) : std::nullopt;
    if (!date) return std::nullopt;
    // A date that has passed asks for no wait.
    return std::clamp<milliseconds>(*date - *now, milliseconds::zero(), kWaitMax);
}

/// Milliseconds of a unit that `text` begins with, and the unit's length. No unit at all means seconds.
std::pair<double, std::size_t> unit(std::string_view text) noexcept {
    static constexpr std::array<std::pair<std::string_view, double>, 8> kUnits{{{"milliseconds", 1},
                                                                                {"ms", 1},
                                                                                {"second", 1000},
                                                                                {"sec", 1000},
                                                                                {"minute", 60'000},
                                                                                {"hour", 3'600'000},
                                                                                {"m", 60'000},
                                                                                {"h", 3'600'000}}};
    for (const auto& [name, ms] : kUnits) {
        if (istarts_with(text, name)) return {ms, name.size()};
    }
    return {1000, text.starts_with('s') ? 1u : 0u};
}

}  // namespace

std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text) {
    const auto words = date_words(trim(text));
    // "Sun, 06 Nov 1994 08:49:37 GMT" and "Sunday, 06-Nov-94 08:49:37 GMT"
    if (words.size() == 6 && iequals(words[5], "GMT")) return make_time(words[1], words[2], words[3], words[4]);
    // "Sun Nov  6 08:49:37 1994"
    if (words.size() == 5) return make_time(words[2], words[1], words[4], words[3]);
    return std::nullopt;
}

std::optional<milliseconds> parse_retry_after(const Headers& headers, WallTime now) {
    return retry_after_at(headers, std::chrono::floor<milliseconds>(now));
}

std::optional<milliseconds> retry_after_of(const Headers& headers) {
    const auto asks = [](const Headers::Field& field) { return istarts_with(field.first, "retry-after"); };
    if (std::ranges::none_of(headers.fields(), asks)) return std::nullopt;
    return retry_after_at(headers, parse_http_date(headers.get("date")));
}

std::optional<milliseconds> parse_span(std::string_view& text) {
    double total = 0;
    bool found = false;
    while (true) {
        std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
        while (digits > 0 && text[digits - 1] == '.') --digits;  // the sentence's full stop
        const auto number = parse_double(text.substr(0, digits));
        if (digits == 0 || !number) break;
        text.remove_prefix(digits);
        if (text.starts_with(' ')) text.remove_prefix(1);
        const auto [ms, length] = unit(text);
        text.remove_prefix(length);
        total += *number * ms;
        found = true;
    }
    return found ? bounded(total) : std::nullopt;
}

std::optional<milliseconds> retry_hint(std::string_view message) {
    static constexpr std::array<std::string_view, 5> kPhrases{"try again in ", "retry after ", "try again after ",
                                                              "retry in ", "retry your request after "};
    const std::string lower = to_lower(message);
    for (const std::string_view phrase : kPhrases) {
        const std::size_t at = lower.find(phrase);
        if (at == std::string::npos) continue;
        std::string_view rest = std::string_view(lower).substr(at + phrase.size());
        if (const auto wait = parse_span(rest)) return wait;
    }
    return std::nullopt;
}

}  // namespace breakwater
