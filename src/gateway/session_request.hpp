#pragma once

#include <string_view>

#include "api_path.hpp"
#include "breakwater/canonical/realtime_request.hpp"
#include "breakwater/config/config.hpp"
#include "breakwater/wire/http_message.hpp"

namespace breakwater {

// What the head of a request for a realtime session says.

/// The key in the subprotocol `openai-insecure-api-key.KEY`: browsers can send it nowhere else. Empty when there is
/// none.
std::string_view key_in_subprotocol(const Headers& headers);

/// Errors: invalid_request when it is no handshake of WebSocket, or names no model where it has to; forbidden for a
/// page of an origin that may not use the gateway. A browser lets every page open a WebSocket, so it is the server that
/// has to ask.
Result<void> check_session_head(const HttpRequest& head, const ApiPath& path, const config::Cors& cors);

/// Of a head that was checked.
RealtimeRequest read_session_request(const HttpRequest& head, std::string model);

/// The same of Google's Live API; the rest is in the client's first message.
RealtimeRequest read_live_request(const HttpRequest& head);

/// The head with which the handshake is accepted. Of the subprotocols that were offered, only `realtime` is chosen.
HttpResponseHead accept_session(const HttpRequest& head);

}  // namespace breakwater
