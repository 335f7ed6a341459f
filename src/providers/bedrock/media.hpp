#pragma once

#include <set>
#include <string>
#include <string_view>

#include "../shared/encode_notes.hpp"
#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::bedrock {

/// Whether Converse takes this image, file or audio: inline, or from S3, in one of its formats. What it does not take
/// goes into `notes`. `field`: the part's place in the request.
bool accept_media(const ContentPart& part, const std::string& field, EncodeNotes& notes);

/// True for what is sent as a document and not as a picture or sound.
bool is_document(const ContentPart& part);

/// The names of a request's documents: unique, and in the alphabet of the API. Numbered in the order of the request, so
/// that its beginning stays the same from turn to turn.
class DocumentNames {
public:
    std::string next(std::string_view filename);

private:
    std::set<std::string> taken_;
};

/// Writes the member `image`, `document` or `audio` into the open object of `writer`. The part must have been accepted.
void write_media(JsonWriter& writer, const ContentPart& part, DocumentNames& names);

}  // namespace breakwater::bedrock
