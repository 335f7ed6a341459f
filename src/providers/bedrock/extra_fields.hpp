#pragma once

#include "../shared/encode_notes.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "plan.hpp"

namespace breakwater::bedrock {

/// The client's own object of that name is taken over, and wins over what the gateway would write there.
inline constexpr std::string_view kExtraFields = "additionalModelRequestFields";
/// A list that clients of Claude models may send; it belongs among the extra fields.
inline constexpr std::string_view kBetaMember = "anthropic_beta";

/// The member `additionalModelRequestFields`: what only one family of models has. A field that a model does not know is
/// refused, so nothing is written for families that are not known to take it.
void write_extra_fields(JsonWriter& writer, const ChatRequest& request, const RequestPlan& plan, EncodeNotes& notes);

}  // namespace breakwater::bedrock
