#pragma once

#include <memory>
#include <string>

#include "breakwater/canonical/rerank_request.hpp"
#include "breakwater/ingress/ingress.hpp"

namespace breakwater {

// POST /v1/rerank and /v2/rerank, as Cohere (https://docs.cohere.com/v2/reference/rerank) and Jina
// (https://api.jina.ai/redoc) have it: documents are strings, or objects with `text`.

/// As Ingress::decode.
Result<void> decode_rerank_request(std::string& body, JsonReader& reader, RerankRequest& request);

/// Writes the answer: the best `top_n` documents, best first, with their texts if these were asked for.
std::unique_ptr<ResponseEncoder> make_rerank_encoder(EncoderContext&& context, const RerankRequest& request);

}  // namespace breakwater
