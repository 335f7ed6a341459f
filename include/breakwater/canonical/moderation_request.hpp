#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "breakwater/canonical/chat_request.hpp"

namespace breakwater {

/// A text, or a picture.
struct ModerationPart {
    std::string text{};
    std::optional<ImagePart> image{};  ///< in place of `text`
};

/// A request to judge texts and pictures, as decoded by an ingress. Null and absent are the same. A value.
struct ModerationRequest {
    std::string model{};                  ///< as the client wrote it: a route's name
    std::vector<ModerationPart> parts{};  ///< inputs of their own, each with a verdict, unless they go together
    bool together = false;                ///< the parts make up one input
    std::size_t body_bytes = 0;           ///< of the client's body
    /// Top-level members that no field above holds, in the client's order.
    std::vector<std::pair<std::string, JsonText>> extensions{};

    /// How many verdicts the answer has.
    [[nodiscard]] std::size_t inputs() const noexcept { return together ? 1 : parts.size(); }
};

}  // namespace breakwater
