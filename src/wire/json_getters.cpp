#include <cmath>

#include "breakwater/wire/json_reader.hpp"

namespace breakwater {
namespace {

using Element = simdjson::dom::element;

/// Below this every double is exact enough to be an int64_t without overflow.
constexpr double kInt64Bound = 9223372036854775808.0;

template <class T>
std::optional<T> get_as(Element object, std::string_view key) noexcept {
    T value;
    if (object.at_key(key).get(value) != simdjson::SUCCESS) return std::nullopt;
    return value;
}

}  // namespace

std::optional<std::string_view> get_string(Element object, std::string_view key) noexcept {
    return get_as<std::string_view>(object, key);
}

std::optional<std::int64_t> get_int(Element object, std::string_view key) noexcept {
    const auto value = get_value(object, key);
    if (!value) return std::nullopt;
    std::int64_t whole = 0;
    if (value->get(whole) == simdjson::SUCCESS) return whole;
    double number = 0;
    if (!value->is_double() || value->get(number) != simdjson::SUCCESS) return std::nullopt;
    if (std::trunc(number) != number || number < -kInt64Bound || number >= kInt64Bound) return std::nullopt;
    return static_cast<std::int64_t>(number);
}

std::optional<double> get_double(Element object, std::string_view key) noexcept {
    return get_as<double>(object, key);
}

std::optional<bool> get_bool(Element object, std::string_view key) noexcept {
    return get_as<bool>(object, key);
}

std::optional<Element> get_object(Element object, std::string_view key) noexcept {
    const auto value = get_value(object, key);
    return value && value->is_object() ? value : std::nullopt;
}

std::optional<simdjson::dom::array> get_array(Element object, std::string_view key) noexcept {
    return get_as<simdjson::dom::array>(object, key);
}

std::optional<Element> get_value(Element object, std::string_view key) noexcept {
    Element value;
    if (object.at_key(key).get(value) != simdjson::SUCCESS || value.is_null()) return std::nullopt;
    return value;
}

}  // namespace breakwater
