#pragma once

#include <optional>
#include <string>

#include "api_path.hpp"
#include "breakwater/gateway/snapshot.hpp"
#include "breakwater/wire/http_message.hpp"

namespace breakwater {

/// The list of models is at one path for the SDKs of two vendors; Anthropic's name the version of their API.
bool asks_as_anthropic(const HttpRequest& head) noexcept;

/// The body for GET /v1/models or /v1/models/{id} in the shape that the client understands; nothing when there is no
/// such model.
std::optional<std::string> models_body(const Snapshot& snapshot, const ApiPath& path, const HttpRequest& head);

}  // namespace breakwater
