#include "response_writer.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "breakwater/base/append.hpp"
#include "http_head.hpp"

namespace breakwater {

std::string write_response_head(const HttpResponseHead& head, const BodyFraming& framing) {
    std::string out;
    out.reserve(640);
    const std::string_view reason = reason_phrase(head.status);
    constexpr std::size_t kAroundReason = 40;  // version, status and line end
    append_written(out, reason.size() + kAroundReason, [&](char* at) {
        at = put_digits(put_literal(at, "HTTP/1.1 "), static_cast<std::uint64_t>(head.status));
        *at++ = ' ';
        return put_literal(std::copy(reason.begin(), reason.end(), at), "\r\n");
    });
    head.headers.append_lines(out);
    constexpr std::size_t kFramingMax = 80;  // a length and the end of the connection
    append_written(out, kFramingMax, [&](char* at) {
        if (framing.chunked)
            at = put_literal(at, "Transfer-Encoding: chunked\r\n");
        else if (framing.length)
            at = put_literal(put_digits(put_literal(at, "Content-Length: "), *framing.length), "\r\n");
        if (framing.close) at = put_literal(at, "Connection: close\r\n");
        return put_literal(at, "\r\n");
    });
    return out;
}

std::string chunk_head(std::size_t bytes) {
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), bytes, 16).ptr;
    std::string line(digits.data(), end);
    line.append("\r\n");
    return line;
}

}  // namespace breakwater
