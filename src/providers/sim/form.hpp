#pragma once

#include <string_view>

namespace breakwater::sim {

/// The boundary of a form, which begins with it: the simulator is given no header fields.
inline std::string_view boundary_of(std::string_view form) noexcept {
    const std::size_t line = form.find("\r\n");
    return form.substr(2, line == std::string_view::npos ? line : line - 2);
}

}  // namespace breakwater::sim
