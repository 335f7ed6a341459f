#pragma once

#include "value.hpp"

// Images and files, as far as OpenAI's APIs say them alike.

namespace breakwater::ingress {

/// A URL or a data URI.
bool read_image_url(const Value& url, ImagePart& image);
/// The member `detail`, when it is there.
bool read_detail(const Value& holder, ImagePart& image);
/// A data URI by the book; bare base64 and URLs are sent as well. `file` has its name already.
bool read_file_data(const Value& data, FilePart& file);

}  // namespace breakwater::ingress
