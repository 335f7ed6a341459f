#include <algorithm>
#include <string>

#include "breakwater/base/strings.hpp"
#include "breakwater/providers/provider.hpp"
#include "error_body.hpp"
#include "error_table.hpp"
#include "retry_after.hpp"
#include "status_text.hpp"

namespace breakwater {
namespace {

using std::chrono::milliseconds;

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

bool may_wait(ErrorKind kind) noexcept {
    return kind == ErrorKind::rate_limited || kind == ErrorKind::overloaded;
}

}  // namespace

Error classify_upstream_error(UpstreamFacts facts, std::optional<milliseconds> retry_after) {
    return classify_upstream_error(ErrorScope::any, std::move(facts), retry_after, {});
}

Error classify_upstream_error(ErrorScope scope, UpstreamFacts facts, std::optional<milliseconds> retry_after,
                              ErrorWords details) {
    const ErrorMeaning meaning = meaning_of(scope, facts, details);
    Error error(meaning.kind, client_message(meaning.kind, facts));
    error.should_retry = meaning.should_retry;
    const ErrorWords codes = codes_let_through(meaning.kind);
    if (std::ranges::find(codes, facts.code) != codes.end()) error.code = facts.code;
    error.retry_after = retry_after;
    if (!retry_after && may_wait(meaning.kind)) error.retry_after = retry_hint(facts.message);
    error.upstream = std::move(facts);
    return error;
}

}  // namespace breakwater
