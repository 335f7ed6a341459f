#include "request_guard.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "breakwater/base/strings.hpp"
#include "head_lines.hpp"

namespace breakwater {

namespace {

constexpr std::array<std::string_view, 7> kMethods{"GET", "POST", "DELETE", "HEAD", "OPTIONS", "PUT", "PATCH"};

/// Why a head is refused; none while it is not.
struct Fault {
    int status = 0;
    std::string_view reason{};
    explicit operator bool() const noexcept { return status != 0; }
};

/// Most requests have fewer fields.
constexpr std::size_t kUsualFields = 16;

/// Reads fields one by one, keeps them in the verdict's request, and remembers what the framing rules need of them.
class HeadCheck {
public:
    HeadCheck(std::string_view received, const HeadLimits& limits, GuardVerdict& verdict)
        : received_(received), limits_(limits), framing_(verdict.framing), request_(verdict.request) {
        request_.headers.reserve(kUsualFields);
    }

    Fault request_line(std::string_view line);
    Fault field(std::string_view line, bool clean);
    Fault finish(std::size_t head_bytes);

private:
    Fault note(std::string_view name, std::string_view value);
    [[nodiscard]] Fault check_target() const;

    std::string_view received_;
    const HeadLimits& limits_;
    Framing& framing_;
    HttpRequest& request_;
    std::string_view target_;
    std::string_view host_;
    std::size_t fields_ = 0;
    std::size_t hosts_ = 0;
    std::size_t transfer_encodings_ = 0;
    bool te_is_chunked_ = false;
    ConnectionTokens connection_{};
};

/// Printable ASCII without the blank, which is what a URL may have.
bool is_target(std::string_view target) noexcept {
    bool good = !target.empty();
    // All bytes, without a way out: the compiler looks at many of them at once.
    for (const char c : target) {
        const auto byte = static_cast<unsigned char>(c);
        good &= static_cast<unsigned char>(byte - 0x21) < 0x7f - 0x21;
    }
    return good;
}

/// The bytes of a host, as a table because every request has one.
constexpr auto kHostBytes = [] {
    std::array<bool, 256> table{};
    for (std::size_t c = 0x21; c < 0x7f; ++c) table[c] = true;
    for (const char c : std::string_view("/\\@?#,<>")) table[static_cast<unsigned char>(c)] = false;
    return table;
}();

bool is_host(std::string_view host) noexcept {
    return !host.empty() && std::ranges::all_of(host, [](char c) { return kHostBytes[static_cast<unsigned char>(c)]; });
}

Fault HeadCheck::request_line(std::string_view line) {
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) {
        return {400, "The request line must be METHOD TARGET HTTP/1.1 with single spaces."};
    }
    const std::string_view method = line.substr(0, first);
    const std::string_view version = line.substr(last + 1);
    target_ = line.substr(first + 1, last - first - 1);
    if (!is_header_name(method)) return {400, "The method is not a valid token."};
    if (!is_target(target_)) {
        return {400, "The request target holds bytes that a URL cannot have; percent-encode them."};
    }
    if (version == "HTTP/1.0") {
        framing_.http_1_0 = true;
    } else if (version != "HTTP/1.1") {
        return {version.starts_with("HTTP/") ? 505 : 400, "This server speaks HTTP/1.1 and HTTP/1.0."};
    }
    request_.method = std::string(method);
    request_.target = std::string(target_);
    if (std::ranges::find(kMethods, method) != kMethods.end()) return {};
    if (method == "CONNECT" || method == "TRACE") {
        return {405, "This method is not allowed here; use GET or POST."};
    }
    return {501, "This method is not known here; use GET or POST."};
}

Fault HeadCheck::field(std::string_view line, bool clean) {
    if (++fields_ > limits_.fields) return {431, "The request has too many header fields."};
    if (line.front() == ' ' || line.front() == '\t') return {400, "Folded header lines are not allowed."};
    HeadField field;
    if (!split_field(line, field)) return {400, "A header line has no colon."};
    if (!is_header_name(field.name))
        return {400, "A header name holds bytes that are not allowed, or a blank before its colon."};
    if (!clean && !is_header_value(field.value)) return {400, "A header value holds control bytes."};
    request_.headers.add_within(received_, field.name, field.value);
    return note(field.name, field.value);
}

Fault HeadCheck::note(std::string_view name, std::string_view value) {
    // The five names have five lengths, so that other fields cost no comparison.
    if (iequals(name, "host")) {
        ++hosts_;
        host_ = value;
    } else if (iequals(name, "content-length")) {
        if (framing_.content_length) return {400, "Content-Length must be there once."};
        framing_.content_length = parse_u64(value);
        if (!framing_.content_length) return {400, "Content-Length must be a number of digits."};
    } else if (iequals(name, "transfer-encoding")) {
        ++transfer_encodings_;
        te_is_chunked_ = iequals(value, "chunked");
    } else if (iequals(name, "expect")) {
        if (!iequals(value, "100-continue")) return {417, "The only expectation known here is 100-continue."};
        framing_.expect_continue = true;
    } else if (iequals(name, "connection")) {
        if (!read_connection(value, connection_)) return {400, "The Connection header must be a list of tokens."};
    }
    return {};
}

Fault HeadCheck::check_target() const {
    if (target_.front() == '/' || target_ == "*") return {};
    const std::size_t scheme = target_.find("://");
    if (scheme == std::string_view::npos) return {400, "The request target must start with a slash."};
    const std::string_view rest = target_.substr(scheme + 3);
    if (!iequals(rest.substr(0, rest.find_first_of("/?")), host_)) {
        return {400, "The host of an absolute request target must be the Host header's."};
    }
    return {};
}

Fault HeadCheck::finish(std::size_t head_bytes) {
    if (hosts_ > 1 || (hosts_ == 0 && !framing_.http_1_0)) return {400, "Exactly one Host header is needed."};
    if (hosts_ == 1 && !is_host(host_)) return {400, "The Host header is not a host name with an optional port."};
    if (const Fault fault = check_target()) return fault;
    if (transfer_encodings_ > 0) {
        if (transfer_encodings_ > 1 || !te_is_chunked_)
            return {400, "The only Transfer-Encoding known here is chunked."};
        if (framing_.http_1_0) return {400, "Transfer-Encoding needs HTTP/1.1."};
        if (framing_.content_length) return {400, "Content-Length and Transfer-Encoding exclude each other."};
        framing_.chunked = true;
    }
    framing_.keep_alive = !framing_.http_1_0 && !connection_.close;
    // A 1.0 client would take the interim answer for the final one (RFC 9110, 10.1.1).
    framing_.expect_continue = framing_.expect_continue && !framing_.http_1_0;
    framing_.head_bytes = head_bytes;
    request_.headers.adopt(received_.substr(0, head_bytes));
    return {};
}

/// Reads lines until the head is complete, which makes it accepted, or they end.
Fault read_lines(std::string_view received, const HeadLimits& limits, GuardVerdict& verdict) {
    HeadCheck check(received, limits, verdict);
    HeadLines lines(received);
    bool first = true;
    while (true) {
        std::string_view line;
        const HeadLines::Next next = lines.next(line);
        if (next == HeadLines::Next::broken)
            return {400, "A bare CR, a bare LF or a NUL stands in the request head; lines end with CR LF."};
        const std::size_t seen = next == HeadLines::Next::line ? lines.consumed() : received.size();
        if (seen > limits.bytes) return {431, "The request head is too large."};
        if (next == HeadLines::Next::incomplete) return {};
        if (line.empty() && first) return {400, "The request must begin with its request line."};
        if (line.empty()) {
            verdict.kind = GuardVerdict::Kind::accepted;
            return check.finish(lines.consumed());
        }
        if (const Fault fault = first ? check.request_line(line) : check.field(line, lines.clean())) return fault;
        first = false;
    }
}

}  // namespace

GuardVerdict check_request_head(std::string_view received, const HeadLimits& limits) {
    GuardVerdict verdict;
    if (const Fault fault = read_lines(received, limits, verdict)) {
        // It would take room for as long as the refusal takes; assigning an empty one would keep it.
        const HttpRequest half_read = std::move(verdict.request);
        verdict.kind = GuardVerdict::Kind::refused;
        verdict.status = fault.status;
        verdict.reason = fault.reason;
    }
    return verdict;
}

}  // namespace breakwater
