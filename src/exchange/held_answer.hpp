#pragma once

#include <cstddef>

#include "breakwater/base/error.hpp"

namespace breakwater {

/// Whether an answer of so many encoded bytes can be kept back until its end (`after_commit: [hold]`), or the error
/// that ends it.
Result<void> check_held(std::size_t bytes);

}  // namespace breakwater
