#pragma once

#include <optional>
#include <string_view>

#include "breakwater/wire/json_writer.hpp"

namespace breakwater::ingress {

// Members of the open object, of what may not be known.

/// None when there is nothing to say.
inline void write_known(JsonWriter& json, std::string_view name, std::string_view value) {
    if (!value.empty()) json.field(name, value);
}
template <class Number>
void write_known(JsonWriter& json, std::string_view name, const std::optional<Number>& value) {
    if (value) json.field(name, *value);
}

/// `null` when there is nothing to say.
inline void write_or_null(JsonWriter& json, std::string_view name, std::string_view value) {
    json.key(name);
    if (value.empty()) {
        json.null();
    } else {
        json.string(value);
    }
}
template <class Number>
void write_or_null(JsonWriter& json, std::string_view name, const std::optional<Number>& value) {
    json.key(name);
    if (value) {
        json.number(*value);
    } else {
        json.null();
    }
}

}  // namespace breakwater::ingress
