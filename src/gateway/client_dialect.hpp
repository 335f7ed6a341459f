#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api_path.hpp"
#include "breakwater/gateway/snapshot.hpp"
#include "breakwater/wire/http_message.hpp"

namespace breakwater {

// What differs between the SDKs of client dialects outside of a request's body.

/// The dialect in which whoever sent this head understands answers that are the gateway's own. Lists of models are at
/// one path for the SDKs of three vendors, and files for those of two, which a header tells apart.
const Ingress& dialect_for(const HttpRequest& head);

/// The key in the address, where the client's dialect takes it there; else empty.
std::string key_in_query(const ApiPath& path, std::string_view target);

/// A target as it may be written down: without the query, in which there may be a key.
std::string_view logged_path(std::string_view target) noexcept;

/// Adds what an SDK calls the id of its request, beside our own x-request-id.
void name_request(Headers& headers, const Ingress& dialect, std::string_view request_id);

/// The body for GET /v1/models or /v1/models/{id} in the shape that the client understands; nothing when there is no
/// such model.
std::optional<std::string> models_body(const Snapshot& snapshot, const ApiPath& path, const HttpRequest& head);

}  // namespace breakwater
