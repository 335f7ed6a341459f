#pragma once

#include <string>

#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::google_generate {

/// Sets `request.sent` and takes over `body`, as far as its bytes of `contents`, `systemInstruction` and `tools` can be
/// sent on to the vendor: each turn says whose it is, and no seal is one that the gateway wrapped. `root` is what
/// `reader` made of `body`, and `request` what was read from it; `call_ids`: some call or result has an id.
void keep_sent_text(std::string& body, const JsonReader& reader, JsonReader::Element root, bool call_ids,
                    ChatRequest& request);

}  // namespace breakwater::google_generate
