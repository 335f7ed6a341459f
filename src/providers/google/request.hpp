#pragma once

#include <string>
#include <utility>
#include <vector>

#include "breakwater/providers/provider.hpp"

namespace breakwater::google {

/// What the configuration says about where the request goes.
struct Endpoint {
    std::vector<std::pair<std::string, std::string>> headers{};  ///< to be added to every request
};

/// The whole upstream request.
Result<HttpRequest> encode_request(const ChatRequest& request, const EncodeContext& context, const Endpoint& endpoint);

}  // namespace breakwater::google
