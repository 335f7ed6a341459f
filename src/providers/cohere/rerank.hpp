#pragma once

#include "breakwater/providers/provider.hpp"

namespace breakwater::cohere {

/// Target, body and decoder of a request for a ranking (https://docs.cohere.com/v2/reference/rerank).
Result<ProviderCall> encode_rerank(const RerankRequest& request, const EncodeContext& context);

}  // namespace breakwater::cohere
