#pragma once

#include "breakwater/config/quirks.hpp"
#include "breakwater/providers/provider.hpp"

namespace breakwater::openai {

/// Body and decoder of a request for a ranking, which OpenAI itself does not have: in the words of Jina
/// (https://api.jina.ai/redoc), Together, vLLM and llama.cpp, or of Voyage
/// (https://docs.voyageai.com/reference/reranker-api).
Result<ProviderCall> encode_rerank(const RerankRequest& request, const EncodeContext& context,
                                   const config::Quirks& quirks);

}  // namespace breakwater::openai
