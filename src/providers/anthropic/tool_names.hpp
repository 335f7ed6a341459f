#pragma once

#include <string>
#include <string_view>

#include "../shared/tool_names.hpp"

namespace breakwater::anthropic {

/// ^[a-zA-Z0-9_-]{1,128}$
inline constexpr NameRules kToolNameRules{.length_max = 128};

/// The id of a call, the same wherever it is written: ^[a-zA-Z0-9_-]+$.
inline std::string wire_call_id(std::string_view id) {
    return sanitise_identifier(id, {.length_max = 256});
}

}  // namespace breakwater::anthropic
