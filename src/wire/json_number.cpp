#include "json_number.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <system_error>

#include "breakwater/base/strings.hpp"

namespace breakwater {
namespace {

/// Integers of so many digits fit, whatever they are.
constexpr std::size_t kDigitsSafe = 18;
/// So do doubles without an exponent of so many bytes.
constexpr std::size_t kRealBytesSafe = 300;
/// Exponents of more digits are beyond what the digits of any text can make up for.
constexpr std::size_t kExponentDigitsSafe = 15;

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

const char* behind_digits(const char* at, const char* end) noexcept {
    while (at != end && is_digit(*at)) ++at;
    return at;
}

std::optional<JsonType> integer_type(std::string_view text) noexcept {
    if (text.size() <= kDigitsSafe || parse_i64(text)) return JsonType::int64;
    if (parse_u64(text)) return JsonType::uint64;
    return std::nullopt;
}

/// Whether a well-formed number is far above one rather than far below, its sign left aside.
bool is_above_one(std::string_view text) noexcept {
    const std::size_t mark = text.find_first_of("eE");
    const std::string_view mantissa = text.substr(text.front() == '-' ? 1 : 0, mark - (text.front() == '-' ? 1 : 0));
    const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
    const std::size_t first = mantissa.find_first_not_of("0.");
    if (first == std::string_view::npos) return false;
    // Places of the first digit that counts above the point, or below it.
    std::int64_t places = first < point ? static_cast<std::int64_t>(point - first)
                                        : static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first) + 1;
    if (mark == std::string_view::npos) return places > 0;
    std::string_view exponent = text.substr(mark + 1);
    const bool negative = exponent.front() == '-';
    if (negative || exponent.front() == '+') exponent.remove_prefix(1);
    exponent.remove_prefix(std::min(exponent.find_first_not_of('0'), exponent.size()));
    if (exponent.size() > kExponentDigitsSafe) return !negative;
    const auto shift = static_cast<std::int64_t>(parse_u64(exponent).value_or(0));
    places += negative ? -shift : shift;
    return places > 0;
}

}  // namespace

std::optional<JsonType> json_number_type(std::string_view text) noexcept {
    const char* at = text.data();
    const char* const end = at + text.size();
    if (at != end && *at == '-') ++at;
    const char* const whole = at;
    at = behind_digits(at, end);
    if (at == whole || (*whole == '0' && at - whole > 1)) return std::nullopt;
    if (at == end) return integer_type(text);
    if (*at == '.') {
        const char* const fraction = ++at;
        at = behind_digits(at, end);
        if (at == fraction) return std::nullopt;
    }
    const bool exponent = at != end && (*at == 'e' || *at == 'E');
    if (exponent) {
        ++at;
        if (at != end && (*at == '+' || *at == '-')) ++at;
        const char* const digits = at;
        at = behind_digits(at, end);
        if (at == digits) return std::nullopt;
    }
    if (at != end) return std::nullopt;
    if ((exponent || text.size() > kRealBytesSafe) && !std::isfinite(json_real(text))) return std::nullopt;
    return JsonType::real;
}

std::int64_t json_integer(std::string_view text) noexcept {
    if (text.size() > kDigitsSafe) return parse_i64(text).value_or(0);
    const bool negative = text.front() == '-';
    std::int64_t value = 0;
    for (const char digit : text.substr(negative ? 1 : 0)) value = value * 10 + (digit - '0');
    return negative ? -value : value;
}

double json_real(std::string_view text) noexcept {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc()) return value;
    // Out of range, which does not say on which side.
    const double beyond = is_above_one(text) ? std::numeric_limits<double>::infinity() : 0.0;
    return text.front() == '-' ? -beyond : beyond;
}

}  // namespace breakwater
