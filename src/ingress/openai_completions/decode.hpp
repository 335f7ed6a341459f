#pragma once

#include <string>

#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::openai_completions {

/// As Ingress::decode: the prompt is what a user says, and what a chat cannot say is in ChatRequest::completion.
/// Errors: unsupported_parameter for what is of chats only.
Result<void> decode_request(std::string& body, JsonReader& reader, ChatRequest& request);

}  // namespace breakwater::openai_completions
