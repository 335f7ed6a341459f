#pragma once

#include <memory>
#include <string>

#include "breakwater/canonical/image_request.hpp"
#include "breakwater/ingress/ingress.hpp"

namespace breakwater {

// POST /v1/images/generations (https://platform.openai.com/docs/api-reference/images/create).

/// As Ingress::decode.
Result<void> decode_image_request(std::string& body, JsonReader& reader, ImageRequest& request);

/// Writes the answer. Who asked for addresses gets data URIs where the provider sent bytes.
std::unique_ptr<ResponseEncoder> make_image_encoder(EncoderContext&& context, const ImageRequest& request);

}  // namespace breakwater
