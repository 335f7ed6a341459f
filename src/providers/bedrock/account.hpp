#pragma once

#include "../shared/encode_notes.hpp"
#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::bedrock {

/// requestMetadata and serviceTier; and a note for the account-side fields of other vendors.
void write_account_fields(JsonWriter& writer, const ChatRequest& request, EncodeNotes& notes);

}  // namespace breakwater::bedrock
