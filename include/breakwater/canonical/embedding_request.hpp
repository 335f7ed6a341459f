#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "breakwater/canonical/chat_request.hpp"

namespace breakwater {

/// One thing to embed: a text, or the ids of its tokens.
struct EmbeddingInput {
    std::string text{};
    JsonText tokens{};  ///< list of integers, in place of `text`
};

/// A request for embeddings, as decoded by an ingress. Null and absent are the same. A value.
struct EmbeddingRequest {
    std::string model{};  ///< as the client wrote it: a route's name
    std::vector<EmbeddingInput> inputs{};
    std::optional<std::int64_t> dimensions{};
    std::string input_type{};  ///< what the vectors are for: search_query, search_document ..., or empty
    std::string user{};
    bool base64 = false;         ///< the client wants base64 of little-endian 32-bit floats
    std::size_t body_bytes = 0;  ///< of the client's body
    /// Top-level members that no field above holds, in the client's order.
    std::vector<std::pair<std::string, JsonText>> extensions{};
};

}  // namespace breakwater
