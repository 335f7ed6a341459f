#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace breakwater::bench {

/// What a load generator needs to know of a response head, and nothing else.
struct ResponseHead {
    int status = 0;
    std::optional<std::uint64_t> content_length{};
    bool chunked = false;
    bool event_stream = false;
    bool keep_alive = true;
};

/// Reads a head up to and including its blank line. Nothing when it is not one of HTTP/1.x, or frames its body in a way
/// that cannot be trusted.
std::optional<ResponseHead> read_head(std::string_view head) noexcept;

}  // namespace breakwater::bench
