#pragma once

#include <memory>

#include "breakwater/ingress/ingress.hpp"

namespace breakwater {

/// Writes an answer that comes as bytes, with the head that a RelayedHead brings, or 200 and the bytes' media type.
/// `stream`: the client knows server-sent events. Where such come, a fault is said as an event of OpenAI's; elsewhere
/// it has no place.
std::unique_ptr<ResponseEncoder> make_bytes_encoder(bool stream);

}  // namespace breakwater
