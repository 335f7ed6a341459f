#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "breakwater/wire/json_tree.hpp"

namespace breakwater {

/// What kind of number `text` is as JSON has them (RFC 8259, section 6), or nothing: an integer of 64 bits, signed or
/// else unsigned, or a double, when it is written as one and not too large. What is too small for a double is 0. Pure.
std::optional<JsonType> json_number_type(std::string_view text) noexcept;

/// The value of a number of type int64.
std::int64_t json_integer(std::string_view text) noexcept;

/// The value of such a number as a double; an infinity for one that is too large.
double json_real(std::string_view text) noexcept;

}  // namespace breakwater
