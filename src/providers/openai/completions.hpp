#pragma once

#include "encoding.hpp"

namespace breakwater::openai {

/// Writes the whole body of a request to /completions: the prompt as it is, to be gone on with, and what was asked of
/// the answer. What only chats know is noted as dropped, or refused.
void write_completion_body(const Encoding& encoding);

}  // namespace breakwater::openai
