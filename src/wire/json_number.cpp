#include "json_number.hpp"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string>
#include <system_error>

#include "breakwater/base/strings.hpp"

namespace breakwater {
namespace {

/// Integers of so many digits fit, whatever they are.
constexpr std::size_t kDigitsSafe = 18;
/// So do doubles without an exponent of so many bytes.
constexpr std::size_t kRealBytesSafe = 300;

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

double json_real(std::string_view text) noexcept {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc()) return value;
    // Out of range, which does not say on which side.
    return std::strtod(std::string(text).c_str(), nullptr);
}

}  // namespace breakwater
