#pragma once

#include <string_view>

namespace breakwater {

/// True for a name that leads nowhere on the public internet, so that clients may not have anything fetched from it:
/// one without a dot, or below `.local`, `.internal` and the like. For names only, not for addresses. What is one's
/// own is another question: is_own_host.
bool is_inner_name(std::string_view name);

}  // namespace breakwater
