#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "breakwater/wire/http_message.hpp"

namespace breakwater {

struct HeadLimits {
    std::size_t bytes = 64u << 10;
    std::size_t fields = 100;
};

/// What the framing of an accepted request head says.
struct Framing {
    std::size_t head_bytes = 0;  ///< up to and including the empty line
    std::optional<std::uint64_t> content_length{};
    bool chunked = false;
    bool expect_continue = false;
    bool http_1_0 = false;
    bool keep_alive = true;
};

struct GuardVerdict {
    enum class Kind : std::uint8_t { incomplete, accepted, refused };
    Kind kind = Kind::incomplete;
    Framing framing{};          ///< accepted
    HttpRequest request{};      ///< accepted: method, target and headers; the body is not read here
    int status = 0;             ///< refused: 400, 405, 413, 417, 431, 501 or 505
    std::string_view reason{};  ///< refused: what is wrong and what was expected, for the client
};

/// Reads the head of a request from its raw bytes, and is the only one who does: two readers of the same bytes can be
/// made to disagree about where a request ends, so what has been judged here is what is used. After a refusal the
/// connection is closed and nothing more of it is read. Rules (RFC 9112, and where it leaves a choice, the stricter
/// one): exactly CRLF line ends, no NUL or control bytes; one token, one target, HTTP/1.0 or 1.1; known methods only;
/// field names are tokens with the colon right behind, no folded lines; one valid Host, which an absolute target must
/// match; Content-Length once, digits only; Transfer-Encoding only as `chunked` in 1.1 and never beside Content-Length;
/// Expect only as 100-continue; limits on bytes and fields. Pure; called with everything received so far, from the
/// first byte of the head.
GuardVerdict check_request_head(std::string_view received, const HeadLimits& limits);

}  // namespace breakwater
