#include "errors.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "../shared/error_body.hpp"
#include "breakwater/base/strings.hpp"
#include "breakwater/providers/provider.hpp"

namespace breakwater::google {

namespace {

using Element = JsonReader::Element;
using std::chrono::milliseconds;

struct StatusRow {
    std::string_view word;
    ErrorKind kind;
};

// https://google.aip.dev/193 and https://ai.google.dev/gemini-api/docs/troubleshooting
constexpr std::array<StatusRow, 14> kStatuses{{
    {"INVALID_ARGUMENT", ErrorKind::invalid_request},
    {"OUT_OF_RANGE", ErrorKind::invalid_request},
    {"FAILED_PRECONDITION", ErrorKind::upstream_permission},
    {"UNAUTHENTICATED", ErrorKind::upstream_auth},
    {"PERMISSION_DENIED", ErrorKind::upstream_permission},
    {"NOT_FOUND", ErrorKind::upstream_model_missing},
    {"ABORTED", ErrorKind::upstream_error},
    {"RESOURCE_EXHAUSTED", ErrorKind::rate_limited},
    {"CANCELLED", ErrorKind::upstream_error},
    {"INTERNAL", ErrorKind::upstream_error},
    {"UNKNOWN", ErrorKind::upstream_error},
    {"UNAVAILABLE", ErrorKind::overloaded},
    {"DEADLINE_EXCEEDED", ErrorKind::upstream_timeout},
    {"UNIMPLEMENTED", ErrorKind::unsupported_parameter},
}};

/// What `details` adds to status and message.
struct Details {
    std::string_view reason{};  ///< of an ErrorInfo
    bool daily_quota = false;
    std::optional<milliseconds> retry_after{};
};

// "34.4s"
std::optional<milliseconds> duration(std::string_view text) {
    constexpr double kSecondsMax = 30.0 * 24 * 3600;
    if (!text.ends_with('s')) return std::nullopt;
    text.remove_suffix(1);
    const std::optional<double> seconds = parse_double(text);
    if (!seconds || !std::isfinite(*seconds) || *seconds < 0) return std::nullopt;
    return milliseconds(static_cast<std::int64_t>(std::ceil(std::min(*seconds, kSecondsMax) * 1000)));
}

bool is_daily(Element failure) {
    const auto violations = get_array(failure, "violations");
    if (!violations) return false;
    for (const Element violation : *violations) {
        if (icontains(get_string(violation, "quotaId").value_or(""), "PerDay")) return true;
    }
    return false;
}

Details read_details(Element error) {
    Details out;
    const auto list = get_array(error, "details");
    if (!list) return out;
    for (const Element detail : *list) {
        const std::string_view type = get_string(detail, "@type").value_or("");
        if (type.ends_with("google.rpc.ErrorInfo")) out.reason = get_string(detail, "reason").value_or("");
        if (type.ends_with("google.rpc.QuotaFailure")) out.daily_quota = is_daily(detail);
        if (type.ends_with("google.rpc.RetryInfo"))
            out.retry_after = duration(get_string(detail, "retryDelay").value_or(""));
    }
    return out;
}

bool is_key_fault(std::string_view reason, std::string_view message) {
    return reason.starts_with("API_KEY_") || icontains(message, "API key not valid") ||
           icontains(message, "API key expired") || icontains(message, "unregistered callers");
}

// One word stands for most of what is wrong with a request, the gateway's key included; the sentence says what.
ErrorKind kind_of_invalid_argument(const Details& details, std::string_view message) {
    if (is_key_fault(details.reason, message)) return ErrorKind::upstream_auth;
    if (icontains(message, "input token count") || icontains(message, "exceeds the maximum number of tokens"))
        return ErrorKind::context_length;
    if (icontains(message, "payload size exceeds")) return ErrorKind::request_too_large;
    return ErrorKind::invalid_request;
}

std::optional<ErrorKind> kind_of(const UpstreamFacts& facts, const Details& details, std::int64_t code) {
    // Overload of the layers in front comes as a server's error with the code of a rate limit inside.
    if (facts.status >= 500 && code == 429) return ErrorKind::rate_limited;
    for (const StatusRow& row : kStatuses) {
        if (row.word != facts.type) continue;
        if (row.kind == ErrorKind::invalid_request) return kind_of_invalid_argument(details, facts.message);
        if (row.kind == ErrorKind::upstream_permission && is_key_fault(details.reason, facts.message))
            return ErrorKind::upstream_auth;
        const bool precondition = facts.type == "FAILED_PRECONDITION";
        if (precondition && icontains(facts.message, "billing")) return ErrorKind::upstream_billing;
        // A quota of a day, or one of nothing at all, does not come back in a moment.
        const bool spent = details.daily_quota || icontains(facts.message, "limit: 0");
        if (row.kind == ErrorKind::rate_limited && spent) return ErrorKind::quota_exhausted;
        if (facts.type == "INTERNAL" && icontains(facts.message, "input token count")) return ErrorKind::context_length;
        return row.kind;
    }
    return std::nullopt;
}

Error make_error(UpstreamFacts facts, const Details& details, std::int64_t code, const ErrorContext& context) {
    if (facts.request_id.empty()) facts.request_id = context.request_id;
    const std::optional<ErrorKind> kind = kind_of(facts, details, code);
    const bool aborted = facts.type == "ABORTED";
    const auto wait = details.retry_after ? details.retry_after : context.retry_after;
    Error error =
        kind ? upstream_error_of(*kind, std::move(facts), wait) : classify_upstream_error(std::move(facts), wait);
    if (aborted) error.should_retry = true;
    return error;
}

}  // namespace

Error answer_error(std::string_view body, const ErrorContext& context) {
    const std::string_view text = trim(body);
    if (text.starts_with('{') || text.starts_with('[')) {
        JsonReader reader;
        if (const auto root = reader.parse_repaired(text)) return status_error(*root, context);
    }
    return make_error(read_error_body(context.status, context.content_type, body), {}, 0, context);
}

Error status_error(Element object, const ErrorContext& context) {
    JsonReader::Array list;
    if (object.get(list) == simdjson::SUCCESS) {
        for (const Element first : list) return status_error(first, context);
    }
    const Element error = get_object(object, "error").value_or(object);
    const Details details = read_details(error);
    const std::int64_t code = get_int(error, "code").value_or(0);
    ProviderError said = read_provider_error(context.status, object);
    Error result = make_error(std::move(said.facts), details, code, context);
    if (result.upstream) result.upstream->status = context.status;  // what was really answered
    return result;
}

}  // namespace breakwater::google
