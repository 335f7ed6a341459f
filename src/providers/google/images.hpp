#pragma once

#include "request.hpp"

namespace breakwater::google {

/// Target, body and decoder of a request for pictures: `:predict` of models `imagen-*`
/// (https://ai.google.dev/gemini-api/docs/imagen,
/// https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/imagen-api), `:generateContent` of all others
/// (https://ai.google.dev/gemini-api/docs/image-generation).
Result<ProviderCall> encode_images(const ImageRequest& request, const EncodeContext& context, const Endpoint& endpoint);

}  // namespace breakwater::google
