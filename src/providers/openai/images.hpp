#pragma once

#include "breakwater/providers/provider.hpp"

namespace breakwater::openai {

/// Body and decoder of a request for pictures (https://platform.openai.com/docs/api-reference/images/create).
Result<ProviderCall> encode_images(const ImageRequest& request, const EncodeContext& context,
                                   const config::Quirks& quirks);

}  // namespace breakwater::openai
