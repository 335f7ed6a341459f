#pragma once

#include "../shared/encode_notes.hpp"
#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/routing/deployment.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::openai_responses {

/// The member `text`: the form of the answer, and its verbosity.
void write_text_settings(JsonWriter& json, const ChatRequest& request, const Deployment& deployment,
                         EncodeNotes& notes);

}  // namespace breakwater::openai_responses
