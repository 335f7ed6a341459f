#pragma once

#include <string>

#include "breakwater/wire/json_reader.hpp"

namespace breakwater::ingress {

/// A client's body as JSON, valid until the reader's next parse. `body` may get more room behind its end. Errors:
/// invalid_request for what is no JSON, and for a name that appears twice in one object.
Result<JsonReader::Element> parse_body(std::string& body, JsonReader& reader);

}  // namespace breakwater::ingress
