#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace breakwater {

/// Standard or URL-safe base64, padding optional; nothing when it is neither.
std::optional<std::string> decode_base64(std::string_view text);

/// The image type that the first bytes say, whatever was declared: vendors compare the two and refuse a mismatch. Empty
/// when they say none.
std::string_view sniff_image_type(std::string_view base64);

}  // namespace breakwater
