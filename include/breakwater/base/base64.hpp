#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace breakwater {

/// Standard or URL-safe base64, padding optional; nothing when it is neither.
std::optional<std::string> decode_base64(std::string_view text);
/// The same, in the place where it is wanted; false, and who knows what in `out`, when it is neither.
bool append_decoded_base64(std::string& out, std::string_view text);

/// Standard base64 with padding.
std::string encode_base64(std::string_view bytes);
/// The same, in the place where it is wanted: for what is too long to be held twice.
void append_base64(std::string& out, std::string_view bytes);

/// The image type that the first bytes say ("image/png"), or empty: what clients declare is at times wrong, and
/// providers refuse a mismatch.
std::string_view sniff_image_type(std::string_view base64);

}  // namespace breakwater
