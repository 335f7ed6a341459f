#include <algorithm>
#include <array>
#include <string>

#include "breakwater/base/strings.hpp"
#include "breakwater/providers/provider.hpp"
#include "error_body.hpp"
#include "error_words.hpp"
#include "retry_after.hpp"
#include "status_text.hpp"

namespace breakwater {
namespace {

using std::chrono::milliseconds;

ErrorKind kind_of_status(int status) noexcept {
    switch (status) {
        case 400:
        case 415:
        case 422:
            return ErrorKind::invalid_request;
        case 401:
            return ErrorKind::upstream_auth;
        case 402:
            return ErrorKind::upstream_billing;
        case 403:
            return ErrorKind::upstream_permission;
        case 404:
        case 410:
            return ErrorKind::upstream_model_missing;
        case 408:
        case 504:
        case 522:
        case 524:
            return ErrorKind::upstream_timeout;
        case 413:
            return ErrorKind::request_too_large;
        case 429:
            return ErrorKind::rate_limited;
        case 451:
            return ErrorKind::content_policy;
        case 498:
        case 503:
        case 529:
            return ErrorKind::overloaded;
        case 501:
            return ErrorKind::unsupported_parameter;
        default:
            return ErrorKind::upstream_error;
    }
}

/// Structured words before wording, wording before the status: vendors agree least on the last.
ErrorKind kind_of(const UpstreamFacts& facts) noexcept {
    for (const std::string_view word : {std::string_view(facts.code), std::string_view(facts.type)}) {
        if (const auto kind = kind_of_word(word, false)) return *kind;
    }
    if (const auto kind = kind_of_message(facts.message, facts.status)) return *kind;
    if (facts.status >= 300) return kind_of_status(facts.status);
    for (const std::string_view word : {std::string_view(facts.code), std::string_view(facts.type)}) {
        if (const auto kind = kind_of_word(word, true)) return *kind;
    }
    return ErrorKind::upstream_error;
}

/// What a client has to know before the provider's own words, when the fault is the gateway's account and not the
/// request.
std::string_view preface(ErrorKind kind) noexcept {
    switch (kind) {
        case ErrorKind::upstream_auth:
            return "The provider refused the gateway's credential";
        case ErrorKind::upstream_permission:
            return "The provider does not allow this to the gateway's credential";
        case ErrorKind::upstream_billing:
        case ErrorKind::quota_exhausted:
            return "The gateway's account at the provider is exhausted";
        case ErrorKind::upstream_model_missing:
            return "The provider does not know the deployment's model";
        case ErrorKind::invalid_request:
        case ErrorKind::unsupported_parameter:
        case ErrorKind::context_length:
        case ErrorKind::content_policy:
        case ErrorKind::unauthorized:
        case ErrorKind::forbidden:
        case ErrorKind::not_found:
        case ErrorKind::model_not_found:
        case ErrorKind::method_not_allowed:
        case ErrorKind::request_too_large:
        case ErrorKind::unsupported_media_type:
        case ErrorKind::request_timeout:
        case ErrorKind::constraint_unmet:
        case ErrorKind::rate_limited:
        case ErrorKind::overloaded:
        case ErrorKind::shutting_down:
        case ErrorKind::upstream_dns:
        case ErrorKind::upstream_connect:
        case ErrorKind::upstream_tls:
        case ErrorKind::upstream_timeout:
        case ErrorKind::upstream_stalled:
        case ErrorKind::upstream_truncated:
        case ErrorKind::upstream_invalid:
        case ErrorKind::upstream_error:
        case ErrorKind::cancelled:
        case ErrorKind::internal:
            return {};
    }
    return {};
}

std::string client_message(ErrorKind kind, const UpstreamFacts& facts) {
    std::string text(preface(kind));
    if (!facts.message.empty()) {
        if (!text.empty()) text += ": ";
        return text + facts.message;
    }
    if (!text.empty()) return text + ".";
    if (facts.status < 400) return "The provider reported an error without saying which.";
    return "The provider answered " + std::to_string(facts.status) + " " + std::string(status_text(facts.status)) + ".";
}

/// Codes that are part of the OpenAI contract: typed clients act on them, so they come through as they are.
bool is_request_code(std::string_view code) noexcept {
    static constexpr std::array<std::string_view, 17> kCodes{
        "missing_required_parameter",
        "invalid_type",
        "invalid_value",
        "unknown_parameter",
        "string_above_max_length",
        "array_above_max_length",
        "integer_above_max_value",
        "integer_below_min_value",
        "decimal_above_max_value",
        "decimal_below_min_value",
        "invalid_function_parameters",
        "invalid_json_schema",
        "invalid_image_url",
        "image_parse_error",
        "invalid_base64_image",
        "tool_use_failed",
        "json_validate_failed",
    };
    return std::ranges::find(kCodes, code) != kCodes.end();
}

bool may_wait(ErrorKind kind) noexcept {
    return kind == ErrorKind::rate_limited || kind == ErrorKind::overloaded;
}

}  // namespace

Error classify_upstream_error(UpstreamFacts facts, std::optional<milliseconds> retry_after) {
    const ErrorKind kind = kind_of(facts);
    return upstream_error_of(kind, std::move(facts), retry_after);
}

Error upstream_error_of(ErrorKind kind, UpstreamFacts facts, std::optional<milliseconds> retry_after) {
    Error error(kind, client_message(kind, facts));
    if (kind == ErrorKind::invalid_request && is_request_code(facts.code)) error.code = facts.code;
    if (kind == ErrorKind::unsupported_parameter && facts.code == "unsupported_value") error.code = facts.code;
    error.retry_after = retry_after;
    if (!retry_after && may_wait(kind)) error.retry_after = retry_hint(facts.message);
    // One request above the limit of a minute: the code is that of a rate limit, but no wait helps.
    if (kind == ErrorKind::rate_limited && icontains(facts.message, "request too large")) error.should_retry = false;
    error.upstream = std::move(facts);
    return error;
}

}  // namespace breakwater
