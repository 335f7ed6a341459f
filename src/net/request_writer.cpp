#include "request_writer.hpp"

#include <cstring>

#include "breakwater/base/append.hpp"
#include "response_writer.hpp"

namespace breakwater {

namespace {

char* put_text(char* at, std::string_view text) noexcept {
    if (!text.empty()) std::memcpy(at, text.data(), text.size());
    return at + text.size();
}

}  // namespace

std::string write_request_head(const HttpRequest& request, const UpstreamEndpoint& endpoint, bool session,
                               const OutgoingRest* rest) {
    std::string head;
    head.reserve(512);
    constexpr std::size_t kAround = 24;  // blank, version, name of Host and line end
    const std::size_t lines =
        request.method.size() + endpoint.path_prefix.size() + request.target.size() + endpoint.host_header.size();
    append_written(head, lines + kAround, [&](char* at) {
        at = put_text(at, request.method);
        *at++ = ' ';
        at = put_text(put_text(at, endpoint.path_prefix), request.target);
        at = put_text(put_literal(at, " HTTP/1.1\r\nHost: "), endpoint.host_header);
        return put_literal(at, "\r\n");
    });
    request.headers.append_lines(head);
    if (session) return head.append("\r\n");
    const std::size_t here = request.body.size() + (request.tail ? request.tail->bytes() : 0);
    if (rest != nullptr && rest->is_chunked()) {
        head.append("Accept-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n");
        return here > 0 ? head.append(chunk_head(here)) : head;
    }
    const std::uint64_t length = here + (rest != nullptr ? rest->bytes() : 0);
    append_written(head, 80, [length](char* at) {
        at = put_literal(at, "Accept-Encoding: identity\r\nContent-Length: ");
        return put_literal(put_digits(at, length), "\r\n\r\n");
    });
    return head;
}

}  // namespace breakwater
