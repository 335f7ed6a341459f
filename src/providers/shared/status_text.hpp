#pragma once

#include <string_view>

namespace breakwater {

/// The reason phrase of an HTTP status, those that only providers use included; "error" for an unknown one.
std::string_view status_text(int status) noexcept;

}  // namespace breakwater
