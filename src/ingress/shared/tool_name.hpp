#pragma once

#include <string>

#include "value.hpp"

namespace breakwater::ingress {

/// The `name` of a tool's definition: what no provider takes is refused here, the rest is the capability map's and the
/// provider's business.
bool read_tool_name(const Value& definition, std::string& out);

}  // namespace breakwater::ingress
