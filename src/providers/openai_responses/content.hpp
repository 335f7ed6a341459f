#pragma once

#include <string>

#include "../shared/encode_notes.hpp"
#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::openai_responses {

/// One part of what the client or a tool says, as an object of type `input_text`, `input_image`, `input_file` or
/// `input_audio`. `field`: its place in the request.
void write_input_part(JsonWriter& json, const ContentPart& part, const std::string& field, EncodeNotes& notes);

}  // namespace breakwater::openai_responses
