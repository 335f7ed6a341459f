#pragma once

#include <string>
#include <string_view>

#include "breakwater/providers/provider.hpp"
#include "endpoint.hpp"

namespace breakwater::bedrock {

inline constexpr std::string_view kJson = "application/json";
inline constexpr std::string_view kEventStream = "application/vnd.amazon.eventstream";

/// The whole upstream request, signed for `context.now`.
Result<HttpRequest> encode_request(const ChatRequest& request, const EncodeContext& context, const Endpoint& endpoint);

/// Of InvokeModel, whatever the body's form.
std::string invoke_target(std::string_view model, bool stream);

/// All headers, the signature included; target and body are there.
void write_headers(HttpRequest& http, const EncodeContext& context, const Endpoint& endpoint, std::string_view accept);

}  // namespace breakwater::bedrock
