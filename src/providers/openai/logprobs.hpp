#pragma once

#include <string>
#include <string_view>

#include "breakwater/wire/json_reader.hpp"

namespace breakwater::openai {

/// Writes a choice's `logprobs` to `out` in OpenAI's shape: its own object as it is, Together's parallel arrays and
/// bare number rebuilt (`text` is the token that a bare number belongs to). False, and nothing written, when there are
/// none in it.
bool write_logprobs(std::string& out, JsonReader::Element logprobs, std::string_view text);

}  // namespace breakwater::openai
