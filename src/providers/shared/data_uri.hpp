#pragma once

#include <string_view>

#include "breakwater/wire/json_writer.hpp"

namespace breakwater {

/// Writes `data:MEDIA_TYPE;base64,DATA` (RFC 2397) as a string; `data` is base64 already.
void write_data_uri(JsonWriter& json, std::string_view media_type, JsonString data);

/// Writes the address of what is at one, or else its content as a data URI.
void write_media_url(JsonWriter& json, std::string_view url, std::string_view media_type, JsonString data);

}  // namespace breakwater
