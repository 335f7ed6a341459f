#include "head_lines.hpp"

#include <algorithm>

#include "breakwater/base/strings.hpp"
#include "breakwater/wire/http_message.hpp"

namespace breakwater {

namespace {

constexpr std::string_view kForbidden("\r\n\0", 3);

}  // namespace

HeadLines::Next HeadLines::next(std::string_view& line) noexcept {
    const std::string_view rest = received_.substr(at_);
    // In nearly every line the first control byte is that of its end, or the first behind tabs.
    std::size_t end = first_control_byte(rest);
    while (end != std::string_view::npos && rest[end] == '\t') {
        const std::size_t next = first_control_byte(rest.substr(end + 1));
        end = next == std::string_view::npos ? next : end + 1 + next;
    }
    clean_ = end != std::string_view::npos && end + 1 < rest.size() && rest[end] == '\r' && rest[end + 1] == '\n';
    if (!clean_) {
        end = rest.find_first_of(kForbidden);
        if (end == std::string_view::npos || (rest[end] == '\r' && end + 1 == rest.size())) return Next::incomplete;
        if (rest[end] != '\r' || rest[end + 1] != '\n') return Next::broken;
    }
    line = rest.substr(0, end);
    at_ += end + 2;
    return Next::line;
}

bool read_connection(std::string_view value, ConnectionTokens& tokens) noexcept {
    while (!value.empty()) {
        const std::size_t comma = std::min(value.find(','), value.size());
        const std::string_view token = trim(value.substr(0, comma));
        value.remove_prefix(std::min(comma + 1, value.size()));
        if (token.empty()) continue;  // RFC 9110, 5.6.1: empty elements are passed over
        if (!is_header_name(token)) return false;
        tokens.close = tokens.close || iequals(token, "close");
        tokens.keep_alive = tokens.keep_alive || iequals(token, "keep-alive");
    }
    return true;
}

bool split_field(std::string_view line, HeadField& field) noexcept {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return false;
    field.name = line.substr(0, colon);
    field.value = trim(line.substr(colon + 1));
    return true;
}

}  // namespace breakwater
