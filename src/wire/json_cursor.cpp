#include "breakwater/wire/json_cursor.hpp"

#include <algorithm>

namespace breakwater {

// Long strings are looked through for quotes alone; each run of backslashes is counted once.
void JsonCursor::skip_string() noexcept {
    const std::size_t start = at_ + 1;
    for (std::size_t end = json_.find('"', start); end != std::string_view::npos; end = json_.find('"', end + 1)) {
        std::size_t slashes = 0;
        while (end - slashes > start && json_[end - slashes - 1] == '\\') ++slashes;
        if (slashes % 2 != 0) continue;
        at_ = end + 1;
        return;
    }
    at_ = json_.size();
}

void JsonCursor::skip() noexcept {
    std::size_t depth = 0;
    do {
        const char mark = peek();
        if (mark == '\0' && at_ >= json_.size()) return;
        if (mark == '"') {
            skip_string();
        } else if (mark == '{' || mark == '[') {
            ++depth;
            ++at_;
        } else if (mark == '}' || mark == ']') {
            if (depth == 0) return;
            --depth;
            ++at_;
        } else if (mark == ',' || mark == ':') {
            ++at_;
        } else {
            at_ = std::min(json_.find_first_of(",:]}[{\" \t\r\n", at_ + 1), json_.size());
        }
    } while (depth > 0);
}

std::string_view JsonCursor::string() noexcept {
    if (peek() != '"') {
        skip();
        return {};
    }
    const std::size_t start = at_ + 1;
    skip_string();
    const bool whole = at_ > start && json_[at_ - 1] == '"';
    return json_.substr(start, at_ - start - (whole ? 1 : 0));
}

}  // namespace breakwater
