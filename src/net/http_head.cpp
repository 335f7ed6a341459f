#include "http_head.hpp"

#include <algorithm>
#include <boost/beast/http/status.hpp>
#include <charconv>

#include "breakwater/base/strings.hpp"
#include "head_lines.hpp"

namespace breakwater {

namespace {

/// Most answers have fewer fields.
constexpr std::size_t kUsualFields = 24;

std::unexpected<Error> invalid(std::string why) {
    return fail(ErrorKind::upstream_invalid, "The provider's answer is not valid HTTP: " + std::move(why) + ".");
}

/// "HTTP/1.1 503 Service Unavailable", with or without the reason and the blank before it.
struct StatusLine {
    int status = 0;
    bool http_1_0 = false;
};

std::optional<StatusLine> read_status_line(std::string_view line) noexcept {
    constexpr std::size_t kVersionBytes = std::string_view("HTTP/1.1 ").size();
    constexpr std::size_t kStatusEnd = kVersionBytes + 3;
    StatusLine result;
    result.http_1_0 = line.starts_with("HTTP/1.0 ");
    if (!result.http_1_0 && !line.starts_with("HTTP/1.1 ")) return std::nullopt;
    if (line.size() < kStatusEnd || (line.size() > kStatusEnd && line[kStatusEnd] != ' ')) return std::nullopt;
    const char* end = line.data() + kStatusEnd;
    const auto [stop, error] = std::from_chars(line.data() + kVersionBytes, end, result.status);
    if (error != std::errc() || stop != end || result.status < 100) return std::nullopt;
    if (!is_header_value(line.substr(kStatusEnd))) return std::nullopt;
    return result;
}

/// Reads the fields one by one; says why one cannot be read, or nothing.
std::string_view take_field(std::string_view head, std::string_view line, bool clean, Headers& headers) {
    if (line.front() == ' ' || line.front() == '\t') {
        const std::string_view more = trim(line);
        if (headers.size() == 0 || !is_header_value(more)) return "it has a broken folded line";
        if (more.empty()) return {};
        if (!headers[headers.size() - 1].second.empty()) headers.append_to_last(" ");
        headers.append_to_last(more);
        return {};
    }
    HeadField field;
    if (!split_field(line, field)) return "a header line has no colon";
    if (!is_header_name(field.name)) return "a header name has bytes that are not allowed";
    if (!clean && !is_header_value(field.value)) return "a header value has control bytes";
    headers.add_within(head, field.name, field.value);
    return {};
}

/// What the fields say of the body; an answer for which two readers could find different ends is refused.
Result<void> read_framing(ResponseHead& result, bool http_1_0) {
    const Headers& headers = result.head.headers;
    if (const std::size_t lengths = headers.count("content-length"); lengths > 0) {
        result.content_length = parse_u64(headers.get("content-length"));
        if (!result.content_length || lengths > 1) return invalid("its Content-Length is not one number");
    }
    if (const std::size_t codings = headers.count("transfer-encoding"); codings > 0) {
        result.chunked = codings == 1 && iequals(headers.get("transfer-encoding"), "chunked");
        if (!result.chunked || result.content_length || http_1_0)
            return invalid("its Transfer-Encoding is not just chunked");
    }
    ConnectionTokens connection;
    for (const auto& [name, value] : headers.fields()) {
        if (iequals(name, "connection") && !read_connection(value, connection))
            return invalid("its Connection is not a list of tokens");
    }
    result.keep_alive = !http_1_0 && !connection.close;
    return {};
}

}  // namespace

Result<std::optional<ResponseHead>> parse_response_head(std::string_view received, std::size_t bytes_max) {
    const auto too_large = [bytes_max] {
        return invalid("its head is larger than " + std::to_string(bytes_max) + " bytes");
    };
    const std::size_t end = received.find("\r\n\r\n");
    if (end == std::string_view::npos) {
        if (received.size() > bytes_max) return too_large();
        if (received.size() >= 5 && !received.starts_with("HTTP/")) return invalid("it does not begin with HTTP/");
        return std::nullopt;
    }
    if (end + 4 > bytes_max) return too_large();
    ResponseHead result;
    result.head.headers.reserve(kUsualFields);
    const std::string_view head = received.substr(0, end + 4);
    result.head.headers.adopt(head);
    HeadLines lines(head);
    std::optional<StatusLine> status;
    while (true) {
        std::string_view line;
        if (lines.next(line) != HeadLines::Next::line) return invalid("its head has a bare CR, a bare LF or a NUL");
        if (!status) {
            status = read_status_line(line);
            if (!status) return invalid("it does not begin with an HTTP/1 status line");
        } else if (line.empty()) {
            break;
        } else if (const std::string_view fault = take_field(head, line, lines.clean(), result.head.headers);
                   !fault.empty()) {
            return invalid(std::string(fault));
        }
    }
    result.head.status = status->status;
    result.head_bytes = lines.consumed();
    if (auto framed = read_framing(result, status->http_1_0); !framed)
        return std::unexpected(std::move(framed.error()));
    return result;
}

std::string_view reason_phrase(int status) noexcept {
    const auto phrase =
        boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(static_cast<unsigned>(status)));
    return {phrase.data(), phrase.size()};
}

}  // namespace breakwater
