#pragma once

#include "../shared/encode_notes.hpp"
#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/routing/deployment.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::openai_responses {

/// The member `reasoning`: the effort, and what a client that knows this API says in a `reasoning` object of its own,
/// such as `summary`. A budget of tokens becomes an effort.
void write_reasoning(JsonWriter& json, const ChatRequest& request, const Deployment& deployment, EncodeNotes& notes);

/// Whether the answer should hold its reasoning encrypted, to be given back in the next turn: models that do not reason
/// refuse to be asked for it.
bool asks_for_seals(const ChatRequest& request, const Deployment& deployment);

}  // namespace breakwater::openai_responses
