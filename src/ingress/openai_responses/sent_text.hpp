#pragma once

#include <string>

#include "breakwater/wire/json_reader.hpp"
#include "parameters.hpp"

namespace breakwater::openai_responses_client {

/// Sets `request.sent` and takes over `body`, when the bytes of `input`, `tools` or `instructions` in it may go to a
/// provider of this dialect as they are. `reader` has parsed `body`.
void keep_sent_text(std::string& body, const JsonReader& reader, Draft& draft);

}  // namespace breakwater::openai_responses_client
