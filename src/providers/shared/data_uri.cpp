#include "data_uri.hpp"

namespace breakwater {

std::string data_uri(std::string_view media_type, std::string_view data) {
    std::string uri = "data:";
    uri.reserve(media_type.size() + data.size() + 16);
    uri.append(media_type).append(";base64,").append(data);
    return uri;
}

}  // namespace breakwater
