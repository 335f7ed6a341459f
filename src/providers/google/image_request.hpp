#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "../shared/encode_notes.hpp"
#include "breakwater/canonical/image_request.hpp"
#include "breakwater/wire/json_writer.hpp"

// What requests for pictures have in common, whether they are made of a text or of others.

namespace breakwater::google {

/// Whether it is asked with `:predict`; all other models chat and draw.
bool is_imagen(std::string_view model) noexcept;

/// The shape to ask for, of what the client said about the size; empty leaves it to the model.
std::string_view wanted_ratio(const ImageRequest& request, EncodeNotes& notes);

/// Notes what of the request this API has no place for.
void note_what_stays_behind(const ImageRequest& request, EncodeNotes& notes);

/// Writes the member `generationConfig` of a model that chats and draws.
void write_image_config(JsonWriter& json, std::string_view ratio);

}  // namespace breakwater::google
