#pragma once

#include "request.hpp"

namespace breakwater::google {

/// Target, body and decoder of a request for embeddings: `:batchEmbedContents` of the Gemini API
/// (https://ai.google.dev/api/embeddings), `:predict` of Vertex AI
/// (https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api).
Result<ProviderCall> encode_embeddings(const EmbeddingRequest& request, const EncodeContext& context,
                                       const Endpoint& endpoint);

/// Texts that one call takes.
std::size_t embedding_batch(const Deployment& deployment, const Endpoint& endpoint) noexcept;

}  // namespace breakwater::google
