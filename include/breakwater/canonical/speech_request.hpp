#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "breakwater/canonical/chat_request.hpp"

namespace breakwater {

/// A request to speak a text, as decoded by an ingress. Null and absent are the same, and so are absent and empty. A
/// value.
struct SpeechRequest {
    std::string model{};  ///< as the client wrote it: a route's name
    std::string input{};
    std::string voice{};         ///< a name, or the id of a voice of the client's own
    bool own_voice = false;      ///< `voice` is such an id
    std::string instructions{};  ///< how to speak
    std::string format{};        ///< mp3, opus, aac, flac, wav, pcm
    std::optional<double> speed{};
    bool events = false;         ///< the client wants server-sent events instead of bare bytes
    std::size_t body_bytes = 0;  ///< of the client's body
    /// Top-level members that no field above holds, in the client's order.
    std::vector<std::pair<std::string, JsonText>> extensions{};
};

}  // namespace breakwater
