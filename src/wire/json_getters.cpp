#include <cmath>

#include "breakwater/wire/json_reader.hpp"

namespace breakwater {
namespace {

/// Below this every double is exact enough to be an int64_t without overflow.
constexpr double kInt64Bound = 9223372036854775808.0;

template <class T>
std::optional<T> get_as(JsonElement object, std::string_view key) noexcept {
    T value;
    if (!object[key].get(value)) return std::nullopt;
    return value;
}

}  // namespace

std::optional<std::string_view> get_string(JsonElement object, std::string_view key) noexcept {
    return get_as<std::string_view>(object, key);
}

std::optional<std::int64_t> get_int(JsonElement object, std::string_view key) noexcept {
    const JsonElement value = object[key];
    std::int64_t whole = 0;
    if (value.get(whole)) return whole;
    double number = 0;
    if (!value.is_double() || !value.get(number)) return std::nullopt;
    if (std::trunc(number) != number || number < -kInt64Bound || number >= kInt64Bound) return std::nullopt;
    return static_cast<std::int64_t>(number);
}

std::optional<double> get_double(JsonElement object, std::string_view key) noexcept {
    return get_as<double>(object, key);
}

std::optional<bool> get_bool(JsonElement object, std::string_view key) noexcept {
    return get_as<bool>(object, key);
}

std::optional<JsonElement> get_object(JsonElement object, std::string_view key) noexcept {
    const JsonElement value = object[key];
    if (!value.is_object()) return std::nullopt;
    return value;
}

std::optional<JsonArray> get_array(JsonElement object, std::string_view key) noexcept {
    return get_as<JsonArray>(object, key);
}

std::optional<JsonElement> get_value(JsonElement object, std::string_view key) noexcept {
    const JsonElement value = object[key];
    if (!value.exists() || value.is_null()) return std::nullopt;
    return value;
}

}  // namespace breakwater
