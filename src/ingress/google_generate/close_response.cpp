#include "close_response.hpp"

#include "breakwater/wire/websocket_frames.hpp"

namespace breakwater::google_generate {
namespace {

CloseCode close_code(const Error& error) noexcept {
    switch (error.kind) {
        case ErrorKind::invalid_request:
            return error.code == "websocket_protocol_error" ? CloseCode::protocol_error : CloseCode::invalid_payload;
        case ErrorKind::unsupported_parameter:
        case ErrorKind::context_length:
        case ErrorKind::content_policy:
        case ErrorKind::unauthorized:
        case ErrorKind::forbidden:
        case ErrorKind::not_found:
        case ErrorKind::model_not_found:
        case ErrorKind::method_not_allowed:
        case ErrorKind::unsupported_media_type:
        case ErrorKind::request_timeout:
        case ErrorKind::constraint_unmet:
            return CloseCode::policy_violation;
        case ErrorKind::request_too_large:
            return CloseCode::message_too_big;
        case ErrorKind::rate_limited:
        case ErrorKind::overloaded:
            return CloseCode::try_again_later;
        case ErrorKind::shutting_down:
            return CloseCode::going_away;
        // The account's, which no waiting helps.
        case ErrorKind::quota_exhausted:
        case ErrorKind::upstream_auth:
        case ErrorKind::upstream_permission:
        case ErrorKind::upstream_billing:
        case ErrorKind::upstream_model_missing:
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
            return CloseCode::internal_error;
    }
    return CloseCode::internal_error;
}

}  // namespace

HttpResponse close_response(const Error& error) {
    HttpResponse response;
    response.head.status = error.status();
    append_close_frame(response.body, close_code(error),
                       error.message.empty() ? to_string(error.kind) : std::string_view(error.message));
    return response;
}

}  // namespace breakwater::google_generate
