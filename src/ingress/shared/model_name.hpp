#pragma once

#include <cstddef>
#include <string>

#include "value.hpp"

namespace breakwater::ingress {

/// No model's name is nearly as long, and what compares, counts or logs a name must not pay for a body's worth of it.
inline constexpr std::size_t kModelBytesMax = 256;

/// `model` of any dialect: the name of a route, with something in it and not endless.
bool read_model_name(const Value& value, std::string& out);

}  // namespace breakwater::ingress
