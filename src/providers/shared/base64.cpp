#include "base64.hpp"

namespace breakwater {

std::string_view sniff_image_type(std::string_view base64) {
    using namespace std::string_view_literals;
    const std::string head = decode_base64(base64.substr(0, 16)).value_or("");
    if (head.starts_with("\x89PNG"sv)) return "image/png";
    if (head.starts_with("\xFF\xD8\xFF"sv)) return "image/jpeg";
    if (head.starts_with("GIF8"sv)) return "image/gif";
    if (head.starts_with("RIFF"sv) && head.substr(8).starts_with("WEBP"sv)) return "image/webp";
    return {};
}

}  // namespace breakwater
