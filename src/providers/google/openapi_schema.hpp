#pragma once

#include <cstddef>
#include <string>

#include "breakwater/wire/json_reader.hpp"

namespace breakwater::google {

/// Far beyond the nesting that json_schema::normalise lets through.
inline constexpr std::size_t kDepthMax = 512;

/// A schema without references, lists of types, allOf and oneOf, as the API's `Schema` message, which has rules that
/// JSON Schema does not have: no null type, enums of non-empty strings, lists that name their items, `required` that
/// names what there is. Unlike in JSON, the order of `properties` is lost, so it is stated.
std::string openapi_schema(JsonReader::Element schema);

}  // namespace breakwater::google
