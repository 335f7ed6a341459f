#pragma once

#include <string>

#include "value.hpp"

namespace breakwater::ingress {

/// `model` of any dialect: the name of a route, with something in it and not endless.
bool read_model_name(const Value& value, std::string& out);

}  // namespace breakwater::ingress
