#pragma once

#include "breakwater/providers/provider.hpp"

namespace breakwater::ollama {

/// Target, body and decoder of a request for embeddings
/// (https://github.com/ollama/ollama/blob/main/docs/api.md#generate-embeddings).
Result<ProviderCall> encode_embeddings(const EmbeddingRequest& request, const EncodeContext& context);

}  // namespace breakwater::ollama
