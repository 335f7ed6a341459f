#pragma once

#include "breakwater/config/quirks.hpp"
#include "breakwater/providers/provider.hpp"

namespace breakwater::openai {

/// Body and decoder of a request for embeddings (https://platform.openai.com/docs/api-reference/embeddings).
Result<ProviderCall> encode_embeddings(const EmbeddingRequest& request, const EncodeContext& context,
                                       const config::Quirks& quirks);

}  // namespace breakwater::openai
