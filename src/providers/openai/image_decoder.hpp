#pragma once

#include <memory>
#include <string_view>

#include "breakwater/providers/provider.hpp"

namespace breakwater::openai {

/// What a request for a stream accepts: servers that have none answer as a whole.
inline constexpr std::string_view kImageStreamAccept = "text/event-stream, application/json";

/// Reads the answer to a request for pictures, made of a text or of others. A stream was asked for: events or a whole
/// answer, as the head says.
std::unique_ptr<ResponseDecoder> make_image_decoder(const ImageRequest& request);

}  // namespace breakwater::openai
