#pragma once

#include <memory>

#include "breakwater/providers/provider.hpp"

namespace breakwater::google {

/// Reads the pictures that `:predict` of an Imagen model made.
std::unique_ptr<ResponseDecoder> make_imagen_decoder(const ImageRequest& request);

/// Reads the one picture that `:generateContent` made.
std::unique_ptr<ResponseDecoder> make_gemini_image_decoder();

}  // namespace breakwater::google
