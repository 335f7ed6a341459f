#pragma once

#include <string>
#include <string_view>

#include "../shared/tool_names.hpp"

namespace breakwater::anthropic {

/// Tool names are ^[a-zA-Z0-9_-]{1,128}$.
inline constexpr std::size_t kToolNameMax = 128;

/// The id of a call, the same wherever it is written: ^[a-zA-Z0-9_-]+$.
inline std::string wire_call_id(std::string_view id) {
    constexpr std::size_t kCallIdMax = 256;
    return sanitise_identifier(id, {.length_max = kCallIdMax});
}

}  // namespace breakwater::anthropic
