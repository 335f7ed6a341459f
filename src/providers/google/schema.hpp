#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "breakwater/base/error.hpp"

namespace breakwater::google {

/// The two languages in which the API takes schemas. Each has members of its own, and both together are refused.
enum class SchemaForm : std::uint8_t {
    json_schema,  ///< `parametersJsonSchema`, `responseJsonSchema`: a part of JSON Schema
    openapi,      ///< `parameters`, `responseSchema`: the `Schema` message, where every unknown member is refused
};

/// A longer schema is refused: no model takes one, and what is done per pair of its members must stay bounded.
inline constexpr std::size_t kSchemaBytesMax = 256u << 10;

struct ConvertedSchema {
    std::string json{};
    bool changed = false;  ///< it says something else, or with other words
};

/// `schema` in that form, as compact JSON. What cannot be said any more but matters to the model moves into
/// descriptions. Errors (invalid_request): no JSON, see json_schema::normalise, and too long.
Result<ConvertedSchema> convert_schema(std::string_view schema, SchemaForm form);

/// The same for the parameters of a tool; nothing when it takes none, since an empty object is refused.
Result<std::optional<ConvertedSchema>> convert_parameters(std::string_view parameters, SchemaForm form);

}  // namespace breakwater::google
