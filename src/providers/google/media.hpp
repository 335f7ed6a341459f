#pragma once

#include <string>

#include "../shared/encode_notes.hpp"
#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::google {

/// Whether the API takes this part. What it does not take (other vendors' file ids, types that nothing tells) goes into
/// `notes`, as does what is sent in another form. `field`: the part's place in the request.
bool accept_media(const ContentPart& part, const std::string& field, EncodeNotes& notes);

/// Writes `inlineData` or `fileData` into the open object of `writer`. The part must have been accepted.
void write_media(JsonWriter& writer, const ContentPart& part);

/// The media type that is sent for an inline part; empty for one that is referred to.
std::string inline_media_type(const ContentPart& part);

}  // namespace breakwater::google
