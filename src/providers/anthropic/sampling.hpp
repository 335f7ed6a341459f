#pragma once

#include "../shared/encode_notes.hpp"
#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::anthropic {

/// temperature, top_p, top_k, stop_sequences; and a note for each knob that this API does not have.
void write_sampling(JsonWriter& writer, const ChatRequest& request, bool thinking, EncodeNotes& notes);

}  // namespace breakwater::anthropic
