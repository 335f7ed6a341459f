#pragma once

#include <memory>
#include <string>

#include "breakwater/canonical/image_edit_request.hpp"
#include "breakwater/canonical/image_request.hpp"
#include "breakwater/ingress/ingress.hpp"

namespace breakwater {

// POST /v1/images/generations (https://platform.openai.com/docs/api-reference/images/create) and /v1/images/edits
// (https://platform.openai.com/docs/api-reference/images/createEdit).

/// As Ingress::decode.
Result<void> decode_image_request(std::string& body, JsonReader& reader, ImageRequest& request);

/// Reads a form with pictures, and takes its body. Fields that the gateway does not know go on as they came. Errors: as
/// take_files_form; invalid_request for fields that are missing, repeated or not understood.
Result<void> decode_image_edit_request(std::string& body, std::string_view boundary, ImageEditRequest& request);

/// Writes the answer, as a whole or as events. Who asked for addresses gets data URIs where the provider sent bytes.
std::unique_ptr<ResponseEncoder> make_image_encoder(EncoderContext&& context, const ImageRequest& request);
std::unique_ptr<ResponseEncoder> make_image_edit_encoder(EncoderContext&& context, const ImageEditRequest& request);

}  // namespace breakwater
