#include "error_body.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "../shared/json_fields.hpp"
#include "../shared/retry_headers.hpp"
#include "../shared/upstream_facts.hpp"
#include "breakwater/base/strings.hpp"

namespace breakwater::anthropic_messages {
namespace {

constexpr int kOverloaded = 529;

/// Anthropic has a status of its own for too much load, which its SDKs and agents look for.
int status_of(const Error& error) noexcept {
    return error.kind == ErrorKind::overloaded ? kOverloaded : error.status();
}

std::string_view type_of(int status) noexcept {
    switch (status) {
        case 401:
            return "authentication_error";
        case 403:
            return "permission_error";
        case 404:
            return "not_found_error";
        case 413:
            return "request_too_large";
        case 429:
            return "rate_limit_error";
        case 503:
        case kOverloaded:
            return "overloaded_error";
        case 504:
            return "timeout_error";
        default:
            return status < 500 ? "invalid_request_error" : "api_error";
    }
}

/// The numbers in a text that can be counts of tokens of a long prompt.
std::vector<std::int64_t> long_counts(std::string_view text) {
    constexpr std::int64_t kShortest = 1000;
    std::vector<std::int64_t> counts;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find_first_not_of("0123456789", at), text.size());
        if (end == at) {
            ++at;
            continue;
        }
        if (const auto count = parse_i64(text.substr(at, end - at)); count && *count >= kShortest) {
            counts.push_back(*count);
        }
        at = end;
    }
    return counts;
}

/// Agents shorten their conversation when they read these words, and by how much by the numbers.
std::string too_long(const Error& error) {
    constexpr std::string_view kWords = "prompt is too long";
    if (error.message.find(kWords) != std::string::npos) return error.message;
    std::string text(kWords);
    const std::vector<std::int64_t> counts = long_counts(error.message);
    const auto [least, most] = std::ranges::minmax_element(counts);
    if (!counts.empty() && *least < *most) {
        text += ": " + std::to_string(*most) + " tokens > " + std::to_string(*least) + " maximum";
    }
    return text + ". " + error.message;
}

std::string message_of(const Error& error) {
    if (error.kind == ErrorKind::context_length) return too_long(error);
    return error.message.empty() ? std::string(to_string(error.kind)) : error.message;
}

}  // namespace

void write_error_body(JsonWriter& json, const Error& error, std::string_view request_id) {
    json.begin_object().field("type", "error").key("error").begin_object();
    json.field("type", type_of(status_of(error))).field("message", message_of(error));
    json.field("code", error.code_or_default());
    ingress::write_known(json, "param", error.param);
    json.field("retryable", ingress::should_retry(error));
    if (error.upstream) ingress::write_upstream(json, *error.upstream);
    json.end_object();
    ingress::write_known(json, "request_id", request_id);
    json.end_object();
}

HttpResponse error_response(const Error& error, std::string_view request_id) {
    HttpResponse response;
    response.head.status = status_of(error);
    response.head.headers.add("content-type", "application/json");
    ingress::set_retry_headers(response.head.headers, error);
    JsonWriter json(response.body);
    write_error_body(json, error, request_id);
    return response;
}

}  // namespace breakwater::anthropic_messages
