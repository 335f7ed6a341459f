#include "body_kind.hpp"

#include <algorithm>

#include "breakwater/wire/http_message.hpp"

namespace breakwater {

BodyKind body_kind(std::string_view& bytes, std::string_view content_type) {
    bytes.remove_prefix(std::min(bytes.find_first_not_of(" \t\r\n"), bytes.size()));
    if (bytes.empty()) return BodyKind::unknown;
    switch (bytes.front()) {
        case '{':
        case '[':
            return BodyKind::whole;
        case '<':
            return BodyKind::markup;
        case ':':     // comment
        case '\xEF':  // byte order mark
        case 'd':     // data, event, id, retry
        case 'e':
        case 'i':
        case 'r':
            return BodyKind::events;
        default:
            return media_type(content_type) == "text/event-stream" ? BodyKind::events : BodyKind::other;
    }
}

}  // namespace breakwater
