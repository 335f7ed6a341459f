#pragma once

#include <memory>

#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::openai_chat {

/// Sets `request.sent`, when the bytes of `messages` or `tools` in the body say what `request` says and nothing else:
/// no member that the typed form has no place for, nothing that was understood but is written in another way. `root` is
/// the body as JSON, and `request` what was read from it.
void keep_sent_text(const std::shared_ptr<SentText>& sent, JsonReader::Element root, ChatRequest& request);

}  // namespace breakwater::openai_chat
