#pragma once

#include "breakwater/providers/provider.hpp"

namespace breakwater::cohere {

/// Texts that one call takes.
inline constexpr std::size_t kEmbeddingBatch = 96;

/// Target, body and decoder of a request for embeddings (https://docs.cohere.com/v2/reference/embed).
Result<ProviderCall> encode_embeddings(const EmbeddingRequest& request, const EncodeContext& context);

}  // namespace breakwater::cohere
