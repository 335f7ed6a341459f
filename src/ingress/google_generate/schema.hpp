#pragma once

#include <string>

#include "../shared/value.hpp"

namespace breakwater::google_generate {

using ingress::Value;

/// Appends the JSON Schema that says what `schema`, in the API's OpenAPI subset, says: types in small letters,
/// `nullable` as a type, and without what JSON Schema has no word for
/// (https://ai.google.dev/api/caching#Schema).
bool read_openapi_schema(const Value& schema, JsonText& out);

}  // namespace breakwater::google_generate
