#pragma once

#include <expected>
#include <string_view>

#include "breakwater/base/error.hpp"

namespace breakwater {

/// The failure of an answer whose bytes are not the dialect's: "The provider answered with WHAT."
std::unexpected<Error> invalid_answer(std::string_view what);

/// The failure of an answer that ended too soon.
std::unexpected<Error> truncated_answer();

}  // namespace breakwater
