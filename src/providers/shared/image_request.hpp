#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "breakwater/canonical/image_edit_request.hpp"
#include "breakwater/canonical/image_request.hpp"
#include "breakwater/providers/provider.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "encode_notes.hpp"

// What encoders of requests for pictures have in common.

namespace breakwater {

/// For providers that answer with bytes only: who asked for addresses gets data URIs, and is told.
void note_bytes_only(const ImageRequest& request, EncodeNotes& notes);

/// For providers that answer as a whole: who asked for a stream gets it of the gateway, and is told.
void note_no_stream(const ImageRequest& request, EncodeNotes& notes);

/// For providers that know none of OpenAI's words for how a picture is made and packed, but for its size and quality.
void note_plain_pictures(const ImageRequest& request, EncodeNotes& notes);

/// For models of which it is known that they draw from texts alone.
void refuse_without_pictures(const EncodeContext& context, EncodeNotes& notes);

/// The same of what is asked of pictures made of others, for providers that know none of it but the pictures.
void note_plain_edit(const ImageEditRequest& request, EncodeNotes& notes);

/// Refuses more pictures than one call makes.
void bound_count(const ImageRequest& request, const std::string& model, std::size_t most, EncodeNotes& notes);

/// In pixels, neither of them 0.
struct ImageSize {
    std::int64_t width;
    std::int64_t height;
};
/// What "1536x1024" says; nothing when the client left it to the model. Refuses what is neither.
std::optional<ImageSize> wanted_size(const ImageRequest& request, EncodeNotes& notes);

/// Writes bytes as a text in base64, in its place: together with a copy they would be held three times.
void write_base64(JsonWriter& json, std::string_view bytes);

}  // namespace breakwater
