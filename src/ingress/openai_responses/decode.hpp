#pragma once

#include <span>
#include <string>

#include "breakwater/base/error.hpp"
#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::openai_responses_client {

/// The body of POST /v1/responses, checked and typed. Strict in what it knows, so that a mistake is named here with its
/// path and not by a provider in its own words; what it does not know is carried as an extension. What cannot be had
/// from this gateway is refused in words. Takes `body` over when its bytes may go on as they are (ChatRequest::sent).
Result<void> decode_request(std::string& body, JsonReader& reader, ChatRequest& request);

/// Puts earlier turns before the conversation: lists of items as `OwnWords::input` has them, and whole answers, of
/// which the output counts; oldest first.
Result<void> put_before(std::span<const std::string> earlier, JsonReader& reader, ChatRequest& request);

}  // namespace breakwater::openai_responses_client
