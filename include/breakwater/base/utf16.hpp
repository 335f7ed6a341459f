#pragma once

#include <cstdint>
#include <string_view>

namespace breakwater {

/// Length of well-formed UTF-8 in UTF-16 code units, in which the places of citations are counted.
std::int64_t utf16_units(std::string_view text) noexcept;

}  // namespace breakwater
