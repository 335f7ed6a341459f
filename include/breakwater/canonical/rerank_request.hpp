#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "breakwater/canonical/chat_request.hpp"

namespace breakwater {

/// A request to order documents by how well they fit a query, as decoded by an ingress. Null and absent are the same.
/// A value.
struct RerankRequest {
    std::string model{};  ///< as the client wrote it: a route's name
    std::string query{};
    std::vector<std::string> documents{};
    std::optional<std::int64_t> top_n{};
    bool return_documents = false;
    std::optional<std::int64_t> max_tokens_per_doc{};
    std::size_t body_bytes = 0;  ///< of the client's body
    /// Top-level members that no field above holds, in the client's order.
    std::vector<std::pair<std::string, JsonText>> extensions{};
};

}  // namespace breakwater
