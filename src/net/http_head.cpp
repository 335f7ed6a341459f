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

std::unexpected<Error> too_large(std::size_t bytes_max) {
    return invalid("its head is larger than " + std::to_string(bytes_max) + " bytes");
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

/// What the fields say of the body; an answer for which two readers could find different ends is refused.
class FramingRules {
public:
    /// Says what is wrong, or nothing.
    std::string_view note(std::string_view name, std::string_view value) {
        if (iequals(name, "content-length")) {
            if (length_) return "its Content-Length is not one number";
            length_ = parse_u64(value);
            if (!length_) return "its Content-Length is not one number";
        } else if (iequals(name, "transfer-encoding")) {
            if (chunked_ || !iequals(value, "chunked")) return "its Transfer-Encoding is not just chunked";
            chunked_ = true;
        } else if (iequals(name, "content-encoding")) {
            coded_ = coded_ || !(value.empty() || iequals(value, "identity"));
        } else if (iequals(name, "connection")) {
            if (!read_connection(value, connection_)) return "its Connection is not a list of tokens";
        }
        return {};
    }
    std::string_view apply(ResponseHead& result, bool http_1_0) const {
        if (chunked_ && (length_ || http_1_0)) return "its Transfer-Encoding is not just chunked";
        result.content_length = length_;
        result.chunked = chunked_;
        result.keep_alive = !http_1_0 && !connection_.close;
        result.coded = coded_;
        return {};
    }

private:
    std::optional<std::uint64_t> length_;
    bool chunked_ = false;
    bool coded_ = false;
    ConnectionTokens connection_;
};

/// Takes the lines of a head one by one. A fault is what completes "the answer is not valid HTTP: ".
class HeadReader {
public:
    HeadReader(std::string_view received, ResponseHead& result) : received_(received), result_(result) {
        result_.head.headers.reserve(kUsualFields);
    }
    [[nodiscard]] bool begun() const noexcept { return status_.has_value(); }
    /// The line goes on with the field before it.
    [[nodiscard]] bool folds(std::string_view line) const noexcept {
        return result_.head.headers.size() > 0 && (line.front() == ' ' || line.front() == '\t');
    }
    std::string_view take(std::string_view line, bool clean) {
        if (begun()) return take_field(line, clean);
        status_ = read_status_line(line);
        return begun() ? std::string_view() : "it does not begin with an HTTP/1 status line";
    }
    std::string_view finish(std::size_t head_bytes) {
        const std::string_view fault = framing_.apply(result_, status_->http_1_0);
        result_.head.status = status_->status;
        result_.head.headers.adopt(received_.substr(0, head_bytes));
        result_.head_bytes = head_bytes;
        return fault;
    }

private:
    std::string_view take_field(std::string_view line, bool clean) {
        HeadField field;
        if (!split_field(line, field)) return "a header line has no colon";
        if (!is_header_name(field.name)) return "a header name has bytes that are not allowed";
        if (!clean && !is_header_value(field.value)) return "a header value has control bytes";
        result_.head.headers.add_within(received_, field.name, field.value);
        return framing_.note(field.name, field.value);
    }

    std::string_view received_;
    std::optional<StatusLine> status_;
    FramingRules framing_;
    ResponseHead& result_;
};

/// Folded lines are rare enough to read such a head once more, with the folds turned into blanks of the same length
/// (RFC 9112, 5.2).
Result<bool> read_unfolded(std::string_view received, ResponseHead& result, std::size_t bytes_max) {
    const std::size_t end = received.find("\r\n\r\n");
    const bool complete = end != std::string_view::npos;
    if ((complete ? end + 4 : received.size()) > bytes_max) return too_large(bytes_max);
    if (!complete) return false;
    std::string head(received.substr(0, end + 4));
    for (std::size_t at = head.find("\r\n"); at < end; at = head.find("\r\n", at)) {
        if (head[at + 2] == ' ' || head[at + 2] == '\t') head[at] = head[at + 1] = ' ';
        at += 2;
    }
    result = {};
    return read_response_head(head, result, bytes_max);
}

}  // namespace

Result<bool> read_response_head(std::string_view received, ResponseHead& head, std::size_t bytes_max) {
    HeadReader reader(received, head);
    HeadLines lines(received);
    while (true) {
        std::string_view line;
        const HeadLines::Next next = lines.next(line);
        if (next == HeadLines::Next::broken) return invalid("its head has a bare CR, a bare LF or a NUL");
        const bool complete = next == HeadLines::Next::line;
        if ((complete ? lines.consumed() : received.size()) > bytes_max) return too_large(bytes_max);
        if (!complete) {
            if (received.size() >= 5 && !received.starts_with("HTTP/")) return invalid("it does not begin with HTTP/");
            return false;
        }
        const bool end = line.empty() && reader.begun();
        if (!end && reader.folds(line)) return read_unfolded(received, head, bytes_max);
        const std::string_view fault = end ? reader.finish(lines.consumed()) : reader.take(line, lines.clean());
        if (!fault.empty()) return invalid(std::string(fault));
        if (end) return true;
    }
}

std::string_view reason_phrase(int status) noexcept {
    const auto phrase =
        boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(static_cast<unsigned>(status)));
    return {phrase.data(), phrase.size()};
}

}  // namespace breakwater
