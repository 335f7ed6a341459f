#include "first_event.hpp"

#include "breakwater/base/strings.hpp"
#include "breakwater/providers/provider.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater {
namespace {

std::string text_member(JsonReader::Element object, std::string_view name) {
    return sanitise_provider_text(get_string(object, name).value_or(""));
}

bool is(std::optional<std::uint16_t> code, CloseCode one) noexcept {
    return code == static_cast<std::uint16_t>(one);
}

}  // namespace

std::optional<Error> failure_in(const std::string& message) {
    const auto root = shared_json_reader().parse(message);
    if (!root) return std::nullopt;
    const auto type = get_string(*root, "type");
    const auto error = get_object(*root, "error");
    if (type ? *type != "error" : !error) return std::nullopt;
    UpstreamFacts facts;
    if (error) {
        facts.type = text_member(*error, type ? "type" : "status");
        facts.code = text_member(*error, "code");
        facts.message = text_member(*error, "message");
        const std::int64_t status = type ? 0 : get_int(*error, "code").value_or(0);
        if (status >= 400 && status <= 599) facts.status = static_cast<int>(status);
    }
    return classify_upstream_error(std::move(facts), std::nullopt);
}

Error closed_at_once(const std::string& provider, const WebSocketFrames& frames) {
    const auto code = frames.close_code();
    const bool busy = is(code, CloseCode::try_again_later);
    std::string message = "Provider " + provider + " closed the session before its first event";
    if (code) message += ", with code " + std::to_string(*code);
    std::string reason = sanitise_provider_text(frames.close_reason());
    if (reason.empty()) return {busy ? ErrorKind::overloaded : ErrorKind::upstream_truncated, message + "."};
    const bool unknown = icontains(reason, "is not found");
    Error error = classify_upstream_error(
        {.status = 0, .type = {}, .code = std::to_string(*code), .message = std::move(reason)}, {});
    if (error.kind != ErrorKind::upstream_error) return error;
    if (busy) error.kind = ErrorKind::overloaded;
    if (unknown) error.kind = ErrorKind::upstream_model_missing;
    // What the client has sent, in the words of who has read it.
    if (is(code, CloseCode::invalid_payload)) error.kind = ErrorKind::invalid_request;
    if (is(code, CloseCode::message_too_big)) error.kind = ErrorKind::request_too_large;
    error.message = message + ": " + error.message;
    return error;
}

}  // namespace breakwater
