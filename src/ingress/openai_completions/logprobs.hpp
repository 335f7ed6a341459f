#pragma once

#include <cstddef>
#include <string_view>

#include "breakwater/wire/json_reader.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::openai_completions {

/// Writes the log probabilities of a chat's tokens (`{"content":[...],"refusal":[...]}`) in the shape that completions
/// have: parallel lists of tokens, their probabilities, the likeliest instead, and where each token stands.
/// `characters`: where the first stands, unless it says so itself; afterwards where the next will. False, and nothing
/// written, when there are no tokens.
bool write_legacy_logprobs(JsonWriter& json, JsonReader& reader, std::string_view logprobs, std::size_t& characters);

}  // namespace breakwater::openai_completions
