#pragma once

#include <memory>
#include <string>

#include "breakwater/canonical/form_body.hpp"

namespace breakwater {

/// What fields behind the file of a long form ask of the answer. Known once all of the form has passed, which is before
/// anything of an answer is read but its head.
struct LateFields {
    bool text = false;    ///< it is to be text
    bool stream = false;  ///< it is to come in events
};

/// A request for the words of a recording, as decoded by an ingress. A value.
struct TranscriptionRequest {
    std::string model{};     ///< as the client wrote it: a route's name
    bool translate = false;  ///< into English
    bool stream = false;
    std::string response_format{};             ///< empty: json
    FormBody form{};                           ///< without the model; of a long one, the start
    std::shared_ptr<const LateFields> late{};  ///< of a long form

    /// The answer is text and no JSON.
    [[nodiscard]] bool wants_text() const noexcept {
        return response_format == "text" || response_format == "srt" || response_format == "vtt";
    }
};

}  // namespace breakwater
