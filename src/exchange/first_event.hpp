#pragma once

#include <optional>
#include <string>

#include "breakwater/base/error.hpp"
#include "breakwater/wire/websocket_frames.hpp"

namespace breakwater {

// What a provider says in place of a session. Pure.

/// Why a session that begins with this message cannot be used; nothing for every message but an error: OpenAI's events
/// of that type, and Google's messages with a google.rpc.Status.
std::optional<Error> failure_in(const std::string& message);

/// A Close frame before the first message. Google says with one what is wrong with a setup, in words.
Error closed_at_once(const std::string& provider, const WebSocketFrames& frames);

}  // namespace breakwater
