#pragma once

#include <string>

#include "breakwater/wire/json_writer.hpp"
#include "conversation.hpp"

namespace breakwater::anthropic {

/// Whether the API takes this image or file. What it does not take (other image formats, http: addresses, office
/// documents, another vendor's file ids) goes into `notes`, as does what is sent in another form. `field`: the part's
/// place in the request.
bool accept_media(const ContentPart& part, const std::string& field, EncodeNotes& notes);

/// Writes the members of an image or document block (all but cache_control) into the open object of `writer`. The part
/// must have been accepted.
void write_media(JsonWriter& writer, const ContentPart& part);

/// True when a file of the Files API, which is a beta, is referred to.
bool uses_files_api(const Conversation& conversation);

}  // namespace breakwater::anthropic
