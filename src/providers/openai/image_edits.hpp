#pragma once

#include "breakwater/providers/provider.hpp"

namespace breakwater::openai {

/// Body and decoder of a request for pictures made of others
/// (https://platform.openai.com/docs/api-reference/images/createEdit): the client's form with the deployment's model,
/// its fields in their order and its files behind them, which are not copied.
Result<ProviderCall> encode_image_edit(const ImageEditRequest& request, const EncodeContext& context,
                                       const config::Quirks& quirks);

}  // namespace breakwater::openai
