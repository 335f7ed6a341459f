#include "response_writer.hpp"

#include <array>
#include <charconv>

#include "breakwater/base/append.hpp"
#include "http_head.hpp"

namespace breakwater {

namespace {

template <std::size_t N>
void append_number(std::string& out, const char (&before)[N], std::uint64_t number) {
    append_written(out, N + 20, [&](char* at) { return put_digits(put_literal(at, before), number); });
}

}  // namespace

std::string write_response_head(const HttpResponseHead& head, const BodyFraming& framing) {
    std::string out;
    out.reserve(640);
    append_number(out, "HTTP/1.1 ", static_cast<std::uint64_t>(head.status));
    out.append(" ").append(reason_phrase(head.status)).append("\r\n");
    head.headers.append_lines(out);
    if (framing.chunked) {
        out.append("Transfer-Encoding: chunked\r\n");
    } else if (framing.length) {
        append_number(out, "Content-Length: ", *framing.length);
        out.append("\r\n");
    }
    if (framing.close) out.append("Connection: close\r\n");
    out.append("\r\n");
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
