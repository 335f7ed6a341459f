#include "breakwater/base/error.hpp"

#include <array>

namespace breakwater {
namespace {

constexpr std::string_view kInvalidRequest = "invalid_request_error";
constexpr std::string_view kQuota = "insufficient_quota";
constexpr std::string_view kRateLimit = "rate_limit_error";
constexpr std::string_view kServer = "server_error";
constexpr std::string_view kUnavailable = "service_unavailable_error";

struct Row {
    std::string_view name;
    ErrorTraits traits;
};

/// The whole taxonomy in one table, in the order of the enumerators. A client retries only what another moment may
/// cure; what the gateway's operator has to repair (credentials, billing, a missing model) is not worth a second
/// request.
constexpr std::array kRows{
    Row{"invalid_request", {400, kInvalidRequest, "invalid_request", Failover::never, false}},
    Row{"unsupported_parameter", {400, kInvalidRequest, "unsupported_parameter", Failover::elsewhere, false}},
    Row{"context_length", {400, kInvalidRequest, "context_length_exceeded", Failover::larger_context, false}},
    Row{"content_policy", {400, kInvalidRequest, "content_policy_violation", Failover::never, false}},
    Row{"unauthorized", {401, kInvalidRequest, "invalid_api_key", Failover::never, false}},
    Row{"forbidden", {403, kInvalidRequest, "permission_denied", Failover::never, false}},
    Row{"not_found", {404, kInvalidRequest, "not_found", Failover::never, false}},
    Row{"model_not_found", {404, kInvalidRequest, "model_not_found", Failover::never, false}},
    Row{"method_not_allowed", {405, kInvalidRequest, "method_not_allowed", Failover::never, false}},
    Row{"request_too_large", {413, kInvalidRequest, "request_too_large", Failover::never, false}},
    Row{"unsupported_media_type", {415, kInvalidRequest, "unsupported_media_type", Failover::never, false}},
    Row{"request_timeout", {408, kInvalidRequest, "request_timeout", Failover::never, true}},
    Row{"constraint_unmet", {422, kInvalidRequest, "constraint_unmet", Failover::never, false}},
    Row{"rate_limited", {429, kRateLimit, "rate_limit_exceeded", Failover::elsewhere, true}},
    Row{"quota_exhausted", {429, kQuota, "insufficient_quota", Failover::elsewhere, false}},
    Row{"overloaded", {503, kUnavailable, "server_is_overloaded", Failover::elsewhere, true}},
    Row{"shutting_down", {503, kUnavailable, "server_shutting_down", Failover::never, true}},
    Row{"upstream_auth", {502, kServer, "upstream_auth_error", Failover::elsewhere, false}},
    Row{"upstream_permission", {502, kServer, "upstream_permission_denied", Failover::elsewhere, false}},
    Row{"upstream_billing", {429, kQuota, "insufficient_quota", Failover::elsewhere, false}},
    Row{"upstream_model_missing", {502, kServer, "upstream_model_missing", Failover::elsewhere, false}},
    Row{"upstream_dns", {502, kServer, "upstream_dns_failed", Failover::elsewhere, true}},
    Row{"upstream_connect", {502, kServer, "upstream_connect_failed", Failover::same_once, true}},
    Row{"upstream_tls", {502, kServer, "upstream_tls_failed", Failover::elsewhere, false}},
    Row{"upstream_timeout", {504, kServer, "upstream_timeout", Failover::elsewhere, true}},
    Row{"upstream_stalled", {504, kServer, "upstream_stalled", Failover::elsewhere, true}},
    Row{"upstream_truncated", {502, kServer, "upstream_truncated", Failover::same_once, true}},
    Row{"upstream_invalid", {502, kServer, "upstream_invalid_response", Failover::elsewhere, true}},
    Row{"upstream_error", {502, kServer, "upstream_error", Failover::same_once, true}},
    Row{"cancelled", {499, kInvalidRequest, "client_closed_request", Failover::never, false}},
    Row{"internal", {500, kServer, "internal_error", Failover::never, false}},
};

static_assert(kRows.size() == static_cast<std::size_t>(ErrorKind::internal) + 1, "one row per kind");

const Row& row(ErrorKind kind) noexcept {
    return kRows[static_cast<std::size_t>(kind)];
}

}  // namespace

const ErrorTraits& error_traits(ErrorKind kind) noexcept {
    return row(kind).traits;
}

std::string_view to_string(ErrorKind kind) noexcept {
    return row(kind).name;
}

}  // namespace breakwater
