#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace breakwater {

/// Standard or URL-safe base64, padding optional; nothing when it is neither.
std::optional<std::string> decode_base64(std::string_view text);

/// Standard base64 with padding.
std::string encode_base64(std::string_view bytes);

}  // namespace breakwater
