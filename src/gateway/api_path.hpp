#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "breakwater/base/error.hpp"

namespace breakwater {

/// What a request target means on the client listener.
enum class Endpoint : std::uint8_t { chat_completions, models, model, route_plan };

struct ApiPath {
    Endpoint endpoint = Endpoint::chat_completions;
    std::string model{};  ///< endpoint model: the id, decoded
};

/// Matches a request target, query ignored. Liberal where clients are known to be careless: with and without `/v1`, a
/// slash at the end, doubled slashes. Strict where two readers could disagree: dot segments, encoded NUL, `;`; an
/// encoded slash never separates. Errors: not_found with the paths that exist; invalid_request.
Result<ApiPath> match_api_path(std::string_view target);

/// The method that an endpoint takes: GET or POST.
std::string_view method_of(Endpoint endpoint) noexcept;

}  // namespace breakwater
