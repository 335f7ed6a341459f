#pragma once

#include <string_view>

#include "breakwater/wire/base64.hpp"

namespace breakwater {

/// The image type that the first bytes say ("image/png"), or empty: what clients declare is at times wrong, and
/// providers refuse a mismatch.
std::string_view sniff_image_type(std::string_view base64);

}  // namespace breakwater
