#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "breakwater/base/error.hpp"
#include "breakwater/wire/http_message.hpp"

namespace breakwater {

/// The head of an upstream's response and how its body is framed.
struct ResponseHead {
    HttpResponseHead head{};
    std::size_t head_bytes = 0;
    std::optional<std::uint64_t> content_length{};
    bool chunked = false;
    bool keep_alive = false;
    bool coded = false;  ///< the body has a content coding (gzip, br, ...), which nobody asked for
};

/// Reads the head that `received` begins with into `head`, which is a fresh one. False while it is not complete; then,
/// as after an error, `head` means nothing. Rules (RFC 9112): lines end with exactly CR LF; folded lines are
/// joined; the blank before an absent reason may be missing, as some servers leave it out. Errors: upstream_invalid; a
/// head above `bytes_max`, framing that two readers could understand differently (two lengths, unknown transfer
/// codings), bytes that are not HTTP/1. Pure.
Result<bool> read_response_head(std::string_view received, ResponseHead& head, std::size_t bytes_max = 64u << 10);

std::string_view reason_phrase(int status) noexcept;

}  // namespace breakwater
