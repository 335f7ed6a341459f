#pragma once

#include <string_view>

#include "breakwater/base/error.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater {

/// A client's body as JSON, valid as JsonReader says; for whoever decodes a request. Errors: invalid_request for what
/// is no JSON, `duplicate_key` for a name that appears twice in one object, and `escaped_key` for one that is written
/// with escapes that it does not need: two readers of such a body may see two different requests, when policy checks
/// one and the provider answers the other. The element is the reader's, until the next parse.
Result<JsonElement> parse_client_body(std::string_view body, JsonReader& reader);

}  // namespace breakwater
