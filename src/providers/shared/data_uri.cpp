#include "data_uri.hpp"

#include <array>

namespace breakwater {

// Content may be megabytes long, and is copied once.
void write_data_uri(JsonWriter& json, std::string_view media_type, JsonString data) {
    json.joined(std::array{JsonString("data:"), JsonString(media_type), JsonString(";base64,"), data});
}

void write_media_url(JsonWriter& json, std::string_view url, std::string_view media_type, JsonString data) {
    if (!url.empty()) {
        json.string(url);
    } else {
        write_data_uri(json, media_type, data);
    }
}

}  // namespace breakwater
