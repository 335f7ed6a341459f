#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "value.hpp"

namespace breakwater::ingress {

/// How many members of a body may be kept that its dialect does not have, and whose they are not, for the refusal.
struct ExtensionBound {
    std::size_t max;
    std::string_view refusal;
};

/// Of operations other than chats.
inline constexpr ExtensionBound kOperationExtensions{64, "expected at most 64 members that the gateway does not know"};

/// Keeps a top-level member that the dialect does not have, as it is.
bool keep_extension(std::string_view name, const Value& value, const ExtensionBound& bound,
                    std::vector<std::pair<std::string, JsonText>>& extensions);

}  // namespace breakwater::ingress
