#pragma once

#include <memory>

#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::google_generate {

/// Sets `request.sent`, as far as the body's bytes of `contents`, `systemInstruction` and `tools` can be sent on to the
/// vendor: each turn says whose it is, and no seal is one that the gateway wrapped. `root` is the body as JSON, and
/// `request` what was read from it; `call_ids`: some call or result has an id.
void keep_sent_text(const std::shared_ptr<SentText>& sent, JsonReader::Element root, bool call_ids,
                    ChatRequest& request);

}  // namespace breakwater::google_generate
