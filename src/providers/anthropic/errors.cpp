#include "errors.hpp"

#include <array>
#include <utility>

#include "../shared/error_body.hpp"
#include "../shared/retry_after.hpp"
#include "breakwater/base/strings.hpp"
#include "breakwater/providers/provider.hpp"

namespace breakwater::anthropic {

namespace {

struct TypeRow {
    std::string_view type;
    ErrorKind kind;
    int status;  // that the type has where it is not in band
};

// https://docs.anthropic.com/en/api/errors
constexpr std::array<TypeRow, 9> kTypes{{
    {"invalid_request_error", ErrorKind::invalid_request, 400},
    {"authentication_error", ErrorKind::upstream_auth, 401},
    {"billing_error", ErrorKind::upstream_billing, 402},
    {"permission_error", ErrorKind::upstream_permission, 403},
    {"not_found_error", ErrorKind::upstream_model_missing, 404},
    {"request_too_large", ErrorKind::request_too_large, 413},
    {"rate_limit_error", ErrorKind::rate_limited, 429},
    {"timeout_error", ErrorKind::upstream_timeout, 504},
    {"overloaded_error", ErrorKind::overloaded, 529},
}};

const TypeRow* find_type(std::string_view type) {
    for (const TypeRow& row : kTypes) {
        if (row.type == type) return &row;
    }
    return nullptr;
}

bool is_of_name(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/// The word, or an id that begins with `file_`, before anything is said of a model; not a part of another name.
bool names_file(std::string_view message) {
    constexpr std::string_view kFile = "file";
    const std::string text = to_lower(message);
    const std::size_t end = text.find("model");
    for (std::size_t at = text.find(kFile); at < end; at = text.find(kFile, at + 1)) {
        const std::size_t behind = at + kFile.size();
        const bool begins = at == 0 || !is_of_name(text[at - 1]);
        if (begins && (behind == text.size() || text[behind] == '_' || !is_of_name(text[behind]))) return true;
    }
    return false;
}

// One type stands for most of what is wrong with a request; the sentence says what.
ErrorKind kind_of_invalid_request(std::string_view message) {
    if (icontains(message, "prompt is too long") || icontains(message, "exceed context limit"))
        return ErrorKind::context_length;
    if (icontains(message, "blocked by content filtering policy")) return ErrorKind::content_policy;
    if (icontains(message, "credit balance is too low")) return ErrorKind::upstream_billing;
    return ErrorKind::invalid_request;
}

// Models and files that are gone have the same type, and only the sentence tells them apart. A file is the client's to
// name, and no reason to leave the deployment alone.
ErrorKind kind_of_not_found(std::string_view message) {
    return names_file(message) ? ErrorKind::invalid_request : ErrorKind::upstream_model_missing;
}

// Proxies in front of the API write every failure in the OpenAI shape, whose one type for a request's faults they put
// beside statuses that blame something else: the gateway's key, its account, its rate, or themselves.
bool blames_other_than_request(int status) {
    return status == 401 || status == 402 || status == 403 || status == 429 || status >= 500;
}

std::optional<ErrorKind> kind_of(const UpstreamFacts& facts) {
    if (facts.status == 409) return ErrorKind::upstream_error;  // a conflict with another request: the SDKs try again
    if (facts.type == "api_error") return facts.status == 503 ? ErrorKind::overloaded : ErrorKind::upstream_error;
    const TypeRow* row = find_type(facts.type);
    if (row == nullptr) return std::nullopt;
    if (row->kind == ErrorKind::upstream_model_missing) return kind_of_not_found(facts.message);
    if (row->kind != ErrorKind::invalid_request) return row->kind;
    if (blames_other_than_request(facts.status)) return std::nullopt;
    return kind_of_invalid_request(facts.message);
}

Error make_error(UpstreamFacts facts, const ErrorContext& context) {
    if (facts.request_id.empty()) facts.request_id = context.request_id;
    const std::optional<ErrorKind> kind = kind_of(facts);
    Error error = kind ? upstream_error_of(*kind, std::move(facts), context.retry_after)
                       : classify_upstream_error(std::move(facts), context.retry_after);
    if (context.should_retry) error.should_retry = context.should_retry;
    if (error.kind == ErrorKind::upstream_error && error.upstream && error.upstream->status == 409)
        error.should_retry = true;
    return error;
}

}  // namespace

ErrorContext error_context(const HttpResponseHead& head) {
    ErrorContext context{breakwater::ErrorContext::of(head), {}};
    const std::string_view should_retry = trim(head.headers.get("x-should-retry"));
    if (iequals(should_retry, "true")) context.should_retry = true;
    if (iequals(should_retry, "false")) context.should_retry = false;
    return context;
}

Error answer_error(std::string_view body, const ErrorContext& context) {
    return make_error(read_error_body(context.status, context.content_type, body), context);
}

Error in_band_error(JsonReader::Element event, const ErrorContext& context) {
    const JsonReader::Element object = get_object(event, "error").value_or(event);
    UpstreamFacts facts;
    facts.type = sanitise_provider_text(get_string(object, "type").value_or(""), 100);
    facts.message = sanitise_provider_text(get_string(object, "message").value_or(""));
    facts.request_id = sanitise_provider_text(get_string(event, "request_id").value_or(""), 100);
    const TypeRow* row = find_type(facts.type);
    facts.status = row != nullptr ? row->status : 500;
    Error error = make_error(std::move(facts), context);
    if (error.upstream) error.upstream->status = context.status;  // what was really answered
    return error;
}

}  // namespace breakwater::anthropic
