#pragma once

#include <string>
#include <string_view>

namespace breakwater {

/// `data:MEDIA_TYPE;base64,DATA` (RFC 2397); `data` is base64 already.
std::string data_uri(std::string_view media_type, std::string_view data);

}  // namespace breakwater
