#pragma once

#include <string>

#include "value.hpp"

namespace breakwater::ingress {

/// The `name` of a tool's definition: what no provider takes is refused here, the rest is the capability map's and the
/// provider's business. `beyond`: what the dialect takes beside letters, digits, _ and -.
bool read_tool_name(const Value& definition, std::string& out, std::string_view beyond = ".:");

}  // namespace breakwater::ingress
