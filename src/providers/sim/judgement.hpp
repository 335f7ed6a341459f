#pragma once

#include <string>
#include <string_view>

#include "breakwater/base/error.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::sim {

/// The answer to a request for moderation in OpenAI's form: single words decide. The Error is what a server would
/// answer with 400.
Result<std::string> moderation_json(std::string_view model, JsonReader::Element body);

}  // namespace breakwater::sim
