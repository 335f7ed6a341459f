#pragma once

#include <memory>
#include <string_view>

#include "breakwater/providers/provider.hpp"
#include "endpoint.hpp"

namespace breakwater::bedrock {

// Claude models through InvokeModel: the body is that of Anthropic's Messages API
// (https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html).

inline constexpr std::string_view kInvokeApi = "invoke";
inline constexpr std::string_view kConverseApi = "converse";

/// Whether the request goes this way: the deployment says so, or it says nothing and the request holds what Converse
/// has no words for. The decoder asks again, so this is a function of its arguments.
bool goes_by_messages(const ChatRequest& request, const Deployment& deployment);

/// Where this API differs from Converse in what it takes.
Capabilities messages_limits();

/// The whole upstream request, signed.
Result<HttpRequest> encode_messages(const ChatRequest& request, const EncodeContext& context, const Endpoint& endpoint);
std::unique_ptr<ResponseDecoder> make_messages_decoder(const ChatRequest& request, const Deployment& deployment);

}  // namespace breakwater::bedrock
