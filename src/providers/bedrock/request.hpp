#pragma once

#include "breakwater/providers/provider.hpp"
#include "endpoint.hpp"

namespace breakwater::bedrock {

/// The whole upstream request, signed for `context.now`.
Result<HttpRequest> encode_request(const ChatRequest& request, const EncodeContext& context, const Endpoint& endpoint);

}  // namespace breakwater::bedrock
