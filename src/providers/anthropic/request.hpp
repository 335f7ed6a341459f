#pragma once

#include <string>
#include <utility>
#include <vector>

#include "breakwater/providers/provider.hpp"

namespace breakwater::anthropic {

/// What the configuration says about where the request goes.
struct Endpoint {
    /// Of Vertex AI: what comes before the model's name, with a slash at its end. Empty: the Messages API itself.
    std::string vertex_models{};
    bool first_party = true;  ///< the vendor's own, which takes fields that others refuse
    std::vector<std::pair<std::string, std::string>> headers{};  ///< to be added to every request
};

/// The whole upstream request.
Result<HttpRequest> encode_request(const ChatRequest& request, const EncodeContext& context, const Endpoint& endpoint);

/// The credential, and the headers of the configuration.
void add_access(Headers& headers, const EncodeContext& context, const Endpoint& endpoint);

}  // namespace breakwater::anthropic
