#pragma once

#include <memory>

#include "breakwater/providers/provider.hpp"

namespace breakwater::openai {

/// Reads the answer to a request for pictures, made of a text or of others.
std::unique_ptr<ResponseDecoder> make_image_decoder(const ImageRequest& request);

}  // namespace breakwater::openai
