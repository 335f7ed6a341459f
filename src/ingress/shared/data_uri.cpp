#include "data_uri.hpp"

#include <algorithm>

#include "breakwater/base/strings.hpp"

namespace breakwater::ingress {
namespace {

constexpr std::string_view kScheme = "data:";
constexpr std::string_view kEncoding = ";base64";

bool is_media_type(std::string_view text) noexcept {
    const std::size_t slash = text.find('/');
    return slash != std::string_view::npos && slash > 0 && slash + 1 < text.size();
}

bool is_scheme_character(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '-' ||
           c == '.';
}

}  // namespace

bool is_data_uri(std::string_view text) noexcept {
    return istarts_with(text, kScheme);
}

std::optional<DataUri> parse_data_uri(std::string_view text) {
    if (!is_data_uri(text)) return std::nullopt;
    text.remove_prefix(kScheme.size());
    const std::size_t comma = text.find(',');
    if (comma == std::string_view::npos || comma + 1 == text.size()) return std::nullopt;
    std::string_view head = text.substr(0, comma);
    if (head.size() < kEncoding.size() || !iequals(head.substr(head.size() - kEncoding.size()), kEncoding)) {
        return std::nullopt;
    }
    head = trim(head.substr(0, head.find(';')));
    if (!is_media_type(head)) return std::nullopt;
    return DataUri{.media_type = to_lower(head), .data = text.substr(comma + 1)};
}

bool is_url(std::string_view text) noexcept {
    const std::size_t colon = text.find("://");
    if (colon == std::string_view::npos || colon == 0 || colon + 3 == text.size()) return false;
    return std::ranges::all_of(text.substr(0, colon), is_scheme_character);
}

}  // namespace breakwater::ingress
