#pragma once

#include <string>

#include "breakwater/base/error.hpp"
#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::openai_chat {

/// The body of POST /v1/chat/completions, checked and typed. Strict in what it knows, so that a mistake is named here
/// with its path and not by a provider in its own words; what it does not know is carried as an extension.
/// Takes `body` over when its bytes may go on as they are (ChatRequest::sent).
Result<void> decode_request(std::string& body, JsonReader& reader, ChatRequest& request);

}  // namespace breakwater::openai_chat
