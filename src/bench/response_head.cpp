#include "response_head.hpp"

#include "breakwater/base/strings.hpp"

namespace breakwater::bench {

namespace {

bool take_field(std::string_view name, std::string_view value, ResponseHead& head) noexcept {
    if (iequals(name, "content-length")) {
        const auto length = parse_u64(value);
        if (!length || (head.content_length && head.content_length != length)) return false;
        head.content_length = length;
    } else if (iequals(name, "transfer-encoding")) {
        head.chunked = iequals(value, "chunked");
        return head.chunked;
    } else if (iequals(name, "content-type")) {
        head.event_stream = istarts_with(value, "text/event-stream");
    } else if (iequals(name, "connection")) {
        if (icontains(value, "close")) head.keep_alive = false;
    }
    return true;
}

/// Most fields of a head do not matter, which their first letter or the length of their name says at once.
bool may_matter(std::string_view name) noexcept {
    const char first = static_cast<char>(name.front() | 0x20);
    return (first == 'c' && (name.size() == 14 || name.size() == 12 || name.size() == 10)) ||
           (first == 't' && name.size() == 17);
}

}  // namespace

std::optional<ResponseHead> read_head(std::string_view text) noexcept {
    constexpr std::string_view kVersion = "HTTP/1.";
    if (text.size() < 12 || !text.starts_with(kVersion) || text[8] != ' ') return std::nullopt;
    const auto status = parse_u64(text.substr(9, 3));
    if (!status || *status < 100) return std::nullopt;
    ResponseHead head;
    head.status = static_cast<int>(*status);
    head.keep_alive = text[7] != '0';

    for (std::size_t at = text.find('\n') + 1; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        if (end == std::string_view::npos) return std::nullopt;
        const std::string_view line = text.substr(at, end - at);
        at = end + 1;
        const std::size_t colon = line.find(':');
        if (colon == 0 || colon == std::string_view::npos) {
            if (trim(line).empty()) continue;  // the blank line
            return std::nullopt;
        }
        const std::string_view name = line.substr(0, colon);
        if (may_matter(name) && !take_field(name, trim(line.substr(colon + 1)), head)) return std::nullopt;
    }
    if (head.chunked && head.content_length) return std::nullopt;
    return head;
}

}  // namespace breakwater::bench
