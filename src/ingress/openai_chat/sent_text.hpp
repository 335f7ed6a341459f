#pragma once

#include <string>

#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::openai_chat {

/// Sets `request.sent` and takes over `body`, when the bytes of `messages` or `tools` in it say what `request` says and
/// nothing else: no member that the typed form has no place for, nothing that was understood but is written in another
/// way. `root` is what `reader` made of `body`, and `request` what was read from it.
void keep_sent_text(std::string& body, const JsonReader& reader, JsonReader::Element root, ChatRequest& request);

}  // namespace breakwater::openai_chat
