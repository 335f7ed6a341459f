#pragma once

#include "breakwater/providers/provider.hpp"
#include "endpoint.hpp"

namespace breakwater::bedrock {

// Amazon's models that draw, Nova Canvas and Titan Image Generator, through InvokeModel
// (https://docs.aws.amazon.com/nova/latest/userguide/image-gen-access.html,
// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-image.html).

/// Whether the model is one of them; the others that draw have bodies of their own.
bool draws(const Deployment& deployment) noexcept;

/// The whole call for pictures of what a text describes, signed.
Result<ProviderCall> encode_images(const ImageRequest& request, const EncodeContext& context, const Endpoint& endpoint);

/// The whole call for variations of the client's pictures, signed. They stand in the body as base64.
Result<ProviderCall> encode_image_edit(const ImageEditRequest& request, const EncodeContext& context,
                                       const Endpoint& endpoint);

}  // namespace breakwater::bedrock
