#pragma once

#include "../shared/encode_notes.hpp"
#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::google {

/// The members of generationConfig that say how tokens are chosen, how many, and what is told about them.
void write_sampling(JsonWriter& writer, const ChatRequest& request, EncodeNotes& notes);

}  // namespace breakwater::google
