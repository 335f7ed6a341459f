#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "breakwater/providers/provider.hpp"

namespace breakwater::anthropic {

/// Who serves the dialect: the vendor's own API and what is compatible with it, or a cloud, which has the model in the
/// path and a version in the body.
enum class Place : std::uint8_t { messages_api, vertex, bedrock };

/// What the configuration says about where the request goes.
struct Endpoint {
    Place place = Place::messages_api;
    std::string models_path{};  ///< Vertex AI: what comes before the model's name, with a slash at its end
    bool first_party = true;    ///< the vendor's own, which takes fields that others refuse
    bool serial_calls = true;   ///< the model knows `disable_parallel_tool_use`
    std::vector<std::pair<std::string, std::string>> headers{};  ///< to be added to every request
};

/// The body alone, where another folder writes the rest: betas are in it. Errors: as encode_request.
Result<std::string> encode_body(const ChatRequest& request, const EncodeContext& context, const Endpoint& endpoint);

/// The whole upstream request.
Result<HttpRequest> encode_request(const ChatRequest& request, const EncodeContext& context, const Endpoint& endpoint);

/// The credential, and the headers of the configuration, whose betas join those that are there.
void add_access(Headers& headers, const EncodeContext& context, const Endpoint& endpoint);

}  // namespace breakwater::anthropic
