#pragma once

#include <optional>

#include "net/http_head.hpp"

namespace breakwater::test {

/// What `read_response_head` makes of bytes, as a value; nothing while the head is not complete.
inline Result<std::optional<ResponseHead>> parse_response_head(std::string_view received,
                                                               std::size_t bytes_max = 64u << 10) {
    ResponseHead head;
    const Result<bool> complete = read_response_head(received, head, bytes_max);
    if (!complete) return std::unexpected(complete.error());
    if (!*complete) return std::nullopt;
    return head;
}

}  // namespace breakwater::test
