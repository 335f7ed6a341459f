#pragma once

#include <memory>

#include "breakwater/ingress/ingress.hpp"

namespace breakwater {

/// Writes an answer that comes as bytes, with the head that a RelayedHead brings, or 200 and the bytes' media type.
/// `stream`: the client gets them as they come. A fault is said where they are server-sent events, as an event of
/// OpenAI's, and nowhere else.
std::unique_ptr<ResponseEncoder> make_bytes_encoder(bool stream);

}  // namespace breakwater
