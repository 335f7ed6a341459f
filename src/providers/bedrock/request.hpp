#pragma once

#include "breakwater/providers/provider.hpp"
#include "endpoint.hpp"

namespace breakwater::bedrock {

/// The whole upstream request, signed for `context.now`.
Result<HttpRequest> encode_request(const ChatRequest& request, const EncodeContext& context, const Endpoint& endpoint);

/// All headers, the signature included; target and body are there.
void write_headers(HttpRequest& http, const EncodeContext& context, const Endpoint& endpoint, std::string_view accept);

}  // namespace breakwater::bedrock
