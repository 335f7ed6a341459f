#include "http_head.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/status.hpp>

#include "breakwater/base/strings.hpp"

namespace breakwater {

namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;

std::string_view view(boost::beast::string_view text) {
    return {text.data(), text.size()};
}

/// Beast's parser, writing fields straight into our Headers instead of a container of its own. It never sees body
/// bytes.
template <bool IsRequest>
class HeadParser final : public http::basic_parser<IsRequest> {
public:
    HeadParser() {
        this->header_limit(1u << 20);  // the callers have their own, smaller limits
        this->body_limit(boost::none);
        headers.reserve(24);
    }
    std::string method;
    std::string target;
    int status = 0;
    bool http_1_0 = false;
    Headers headers;

private:
    void on_request_impl(http::verb, boost::beast::string_view method_text, boost::beast::string_view target_text,
                         int version, error_code&) override {
        method = view(method_text);
        target = view(target_text);
        http_1_0 = version == 10;
    }
    void on_response_impl(int code, boost::beast::string_view, int version, error_code&) override {
        status = code;
        http_1_0 = version == 10;
    }
    void on_field_impl(http::field, boost::beast::string_view name, boost::beast::string_view value,
                       error_code&) override {
        headers.add(std::string(view(name)), std::string(view(value)));
    }
    void on_header_impl(error_code&) override {}
    void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}
    std::size_t on_body_impl(boost::beast::string_view, error_code&) override { return 0; }
    void on_chunk_header_impl(std::uint64_t, boost::beast::string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, boost::beast::string_view, error_code&) override { return 0; }
    void on_finish_impl(error_code&) override {}
};

template <class Parser>
error_code parse_head(Parser& parser, std::string_view head) {
    error_code ec;
    parser.eager(false);
    while (!head.empty() && !parser.is_header_done() && !ec) {
        const std::size_t used = parser.put(boost::asio::const_buffer(head.data(), head.size()), ec);
        head.remove_prefix(used);
        if (used == 0) break;
    }
    return ec;
}

/// "HTTP/1.1 503" and the line end at once: the blank before an absent reason is missing, as some servers leave it out.
/// Every other client takes that; Beast does not.
bool lacks_blank(std::string_view head) {
    constexpr std::size_t kStatusEnd = std::string_view("HTTP/1.1 503").size();
    return head.find('\r') == kStatusEnd;
}

error_code parse_response(HeadParser<false>& parser, std::string_view head) {
    if (!lacks_blank(head)) return parse_head(parser, head);
    std::string mended(head);
    mended.insert(head.find('\r'), 1, ' ');
    return parse_head(parser, mended);
}

Result<std::optional<ResponseHead>> invalid(std::string why) {
    return fail(ErrorKind::upstream_invalid, "The provider's answer is not valid HTTP: " + std::move(why) + ".");
}

bool says_close(const Headers& headers) {
    for (const auto& [name, value] : headers.fields()) {
        if (!iequals(name, "connection")) continue;
        for (const std::string_view token : split(value, ',')) {
            if (iequals(trim(token), "close")) return true;
        }
    }
    return false;
}

}  // namespace

Result<HttpRequest> parse_request_head(std::string_view head) {
    HeadParser<true> parser;
    const error_code ec = parse_head(parser, head);
    if (ec || !parser.is_header_done()) {
        return fail(ErrorKind::invalid_request, "The request head is not valid HTTP: " + ec.message() + ".");
    }
    HttpRequest request;
    request.method = std::move(parser.method);
    request.target = std::move(parser.target);
    request.headers = std::move(parser.headers);
    return request;
}

Result<std::optional<ResponseHead>> parse_response_head(std::string_view received, std::size_t bytes_max) {
    const std::size_t end = received.find("\r\n\r\n");
    if (end == std::string_view::npos) {
        if (received.size() > bytes_max)
            return invalid("its head is larger than " + std::to_string(bytes_max) + " bytes");
        if (received.size() >= 5 && !received.starts_with("HTTP/")) return invalid("it does not begin with HTTP/");
        return std::nullopt;
    }
    if (end + 4 > bytes_max) return invalid("its head is larger than " + std::to_string(bytes_max) + " bytes");
    HeadParser<false> parser;
    const error_code ec = parse_response(parser, received.substr(0, end + 4));
    if (ec || !parser.is_header_done()) return invalid(ec ? ec.message() : "incomplete head");

    ResponseHead result;
    result.head_bytes = end + 4;
    result.head.status = parser.status;
    const Headers& headers = parser.headers;
    if (headers.count("content-length") > 0) {
        result.content_length = parse_u64(trim(headers.get("content-length")));
        if (!result.content_length || headers.count("content-length") > 1)
            return invalid("its Content-Length is not one number");
    }
    if (headers.count("transfer-encoding") > 0) {
        result.chunked =
            headers.count("transfer-encoding") == 1 && iequals(trim(headers.get("transfer-encoding")), "chunked");
        if (!result.chunked || result.content_length || parser.http_1_0)
            return invalid("its Transfer-Encoding is not just chunked");
    }
    result.keep_alive = !parser.http_1_0 && !says_close(headers);
    result.head.headers = std::move(parser.headers);
    return result;
}

std::string_view reason_phrase(int status) noexcept {
    const auto phrase = http::obsolete_reason(http::int_to_status(static_cast<unsigned>(status)));
    return {phrase.data(), phrase.size()};
}

}  // namespace breakwater
