#pragma once

#include <string>

#include "breakwater/base/error.hpp"
#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::anthropic_messages {

/// What a body is for: an answer needs `max_tokens`, counting its tokens does not.
enum class Purpose : std::uint8_t { answer, count };

/// The body of POST /v1/messages, or of /v1/messages/count_tokens, checked and typed. Strict in what it knows, so that
/// a mistake is named here with its path. What only a provider of this dialect understands (members, blocks and tools
/// that are newer than this) is no mistake: such a provider gets the client's own bytes, and others do without.
/// Takes `body` over (ChatRequest::sent).
Result<void> decode_request(std::string& body, JsonReader& reader, ChatRequest& request, Purpose purpose);

}  // namespace breakwater::anthropic_messages
