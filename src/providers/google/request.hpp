#pragma once

#include <string>
#include <utility>
#include <vector>

#include "breakwater/providers/provider.hpp"

namespace breakwater::google {

/// What the configuration says about where the request goes.
struct Endpoint {
    /// Of Vertex AI: what comes before the model's name, with a slash at its end. Empty: the Gemini API.
    std::string vertex_models{};
    std::vector<std::pair<std::string, std::string>> headers{};  ///< to be added to every request
};

/// The whole upstream request.
Result<HttpRequest> encode_request(const ChatRequest& request, const EncodeContext& context, const Endpoint& endpoint);

}  // namespace breakwater::google
