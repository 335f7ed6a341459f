#pragma once

#include <cstddef>
#include <string_view>

namespace breakwater {

/// True when each escape of a JSON string (RFC 8259, section 7) is one, and surrogates come in pairs. `string` is what
/// stands between the quotes. Pure, as all of this.
bool are_json_escapes(std::string_view string) noexcept;

/// Writes such a string decoded to `to`, where there is room for `string.size()` bytes: none is longer then. Returns
/// how many there are.
std::size_t unescape_json(std::string_view string, char* to) noexcept;

}  // namespace breakwater
