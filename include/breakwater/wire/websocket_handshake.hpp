#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "breakwater/base/random.hpp"
#include "breakwater/wire/http_message.hpp"

namespace breakwater {

// How a connection leaves HTTP for WebSocket, on both sides (RFC 6455, 4). Pure.

/// What keeps the request from being a handshake, in words for the client; nothing when it is one.
std::optional<std::string_view> handshake_fault(const HttpRequest& request);

/// The subprotocols that a client offers, in its order. Views of the headers.
std::vector<std::string_view> offered_subprotocols(const Headers& headers);

/// The head that accepts a handshake. `subprotocol`: the one that is chosen among those offered, or empty.
HttpResponseHead handshake_answer(const HttpRequest& request, std::string_view subprotocol);

/// Adds what makes a request a handshake, and returns its key. It proves to caches that the server speaks WebSocket,
/// and needs no secrecy.
std::string add_handshake(Headers& headers, Rng& rng);

/// Whether the head accepts the handshake with that key, and asks for nothing that was not offered.
bool accepts_handshake(const HttpResponseHead& head, std::string_view key);

}  // namespace breakwater
