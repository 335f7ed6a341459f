#pragma once

#include <string>

#include "breakwater/canonical/realtime_request.hpp"
#include "breakwater/ingress/ingress.hpp"

namespace breakwater {

// Google's Live API (https://ai.google.dev/api/live): a WebSocket whose first message says for which model it is, so
// that everything that can go wrong with a request is found out when HTTP is over.

/// Takes the client's first message, `{"setup": {"model": ..., ...}}`, over into `request`, and reads its model: with
/// and without the collection and the place in a cloud before its name. Errors: invalid_request for what is no JSON or
/// no setup, for a name that appears twice in one object, and for members whose names are written with escapes.
Result<void> decode_live_setup(std::string& message, JsonReader& reader, RealtimeRequest& request);

/// `google.generate` for a client whose handshake has been accepted: the body of an error is a Close frame, with a code
/// of WebSocket's and as much of the message as fits. The status is the one that HTTP would have, for log and metrics.
/// It has no place of its own among all_ingresses().
const Ingress& google_live_ingress();

}  // namespace breakwater
