#pragma once

#include <string>

#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::openai_completions {

/// As Ingress::decode: the prompt is what a user says. Errors: unsupported_parameter for what a chat cannot do: several
/// prompts, token ids, `echo`, `suffix`, `best_of` and `logprobs`.
Result<void> decode_request(std::string& body, JsonReader& reader, ChatRequest& request);

}  // namespace breakwater::openai_completions
