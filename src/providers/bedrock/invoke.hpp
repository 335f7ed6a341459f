#pragma once

#include "breakwater/providers/provider.hpp"
#include "endpoint.hpp"

namespace breakwater::bedrock {

// Models that Converse does not have speak in bodies of their own, through InvokeModel
// (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html).

/// The whole call for embeddings, signed: models of Amazon (Titan, one text per call) and Cohere.
Result<ProviderCall> encode_embeddings(const EmbeddingRequest& request, const EncodeContext& context,
                                       const Endpoint& endpoint);
/// Texts that one call takes.
std::size_t embedding_batch(const Deployment& deployment) noexcept;

/// The whole call for a ranking, signed: models of Amazon and Cohere.
Result<ProviderCall> encode_rerank(const RerankRequest& request, const EncodeContext& context,
                                   const Endpoint& endpoint);

}  // namespace breakwater::bedrock
