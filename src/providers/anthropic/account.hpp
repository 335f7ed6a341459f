#pragma once

#include "../shared/encode_notes.hpp"
#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::anthropic {

/// metadata.user_id and service_tier; and a note for the account-side fields of other vendors.
void write_account_fields(JsonWriter& writer, const ChatRequest& request, bool has_tiers, EncodeNotes& notes);

}  // namespace breakwater::anthropic
