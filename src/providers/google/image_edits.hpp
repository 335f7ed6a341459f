#pragma once

#include "request.hpp"

namespace breakwater::google {

/// Target, body and decoder of a request for a picture made of others, `:generateContent` of a model that chats and
/// draws (https://ai.google.dev/gemini-api/docs/image-generation). The client's files stand in the body as base64.
Result<ProviderCall> encode_image_edit(const ImageEditRequest& request, const EncodeContext& context,
                                       const Endpoint& endpoint);

}  // namespace breakwater::google
