#include "response_writer.hpp"

#include <array>
#include <charconv>

#include "http_head.hpp"

namespace breakwater {

std::string write_response_head(const HttpResponseHead& head, const BodyFraming& framing) {
    std::string out;
    out.reserve(640);
    out.append("HTTP/1.1 ")
        .append(std::to_string(head.status))
        .append(" ")
        .append(reason_phrase(head.status))
        .append("\r\n");
    for (const auto& [name, value] : head.headers.fields()) {
        if (!is_header_name(name) || !is_header_value(value)) continue;
        out.append(name).append(": ").append(value).append("\r\n");
    }
    if (framing.chunked) {
        out.append("Transfer-Encoding: chunked\r\n");
    } else if (framing.length) {
        out.append("Content-Length: ").append(std::to_string(*framing.length)).append("\r\n");
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
