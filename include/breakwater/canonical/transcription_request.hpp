#pragma once

#include <string>

#include "breakwater/canonical/form_body.hpp"

namespace breakwater {

/// A request for the words of a recording, as decoded by an ingress. A value.
struct TranscriptionRequest {
    std::string model{};     ///< as the client wrote it: a route's name
    bool translate = false;  ///< into English
    bool stream = false;
    std::string response_format{};  ///< empty: json
    FormBody form{};                ///< without the model

    /// The answer is text and no JSON.
    [[nodiscard]] bool wants_text() const noexcept {
        return response_format == "text" || response_format == "srt" || response_format == "vtt";
    }
};

}  // namespace breakwater
