#pragma once

#include "../shared/encode_notes.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "plan.hpp"

namespace breakwater::bedrock {

/// The member `inferenceConfig`, if there is anything to say; and a note for each knob that this API does not have.
/// top_k is among the additional fields.
void write_inference(JsonWriter& writer, const ChatRequest& request, const RequestPlan& plan, EncodeNotes& notes);

}  // namespace breakwater::bedrock
