#pragma once

#include <string>
#include <string_view>

#include "breakwater/wire/json_reader.hpp"

namespace breakwater::openai {

/// Writes a choice's `logprobs` to `out` in the shape of OpenAI's chats: its own object as it is, the parallel arrays
/// of completions and of Together, and Together's bare number, rebuilt (`text` is the token that a bare number belongs
/// to). False, and nothing written, when there are none in it. `completion`: of one, whose tokens may be the prompt's,
/// so that nothing is known of the first (`logprob` is null), and say where they stand in the text (`text_offset`).
bool write_logprobs(std::string& out, JsonReader::Element logprobs, std::string_view text, bool completion);

}  // namespace breakwater::openai
