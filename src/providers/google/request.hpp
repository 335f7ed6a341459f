#pragma once

#include <string>
#include <string_view>
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

/// The model's name with its collection, which is written in configurations with and without it: "models/NAME".
std::string model_name(std::string_view model);

/// The same as a path below the API's version.
std::string model_path(std::string_view model);

/// Where a call of a model goes: `call` is `:generateContent` and the like.
std::string model_target(std::string_view model, std::string_view call, const Endpoint& endpoint);

/// The credential, and the headers of the configuration.
void add_access(Headers& headers, const EncodeContext& context, const Endpoint& endpoint);

}  // namespace breakwater::google
