#include "first_event.hpp"

#include <utility>

#include "breakwater/providers/close_words.hpp"
#include "breakwater/providers/provider.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater {
namespace {

std::string text_member(JsonReader::Element object, std::string_view name) {
    return sanitise_provider_text(get_string(object, name).value_or(""));
}

ErrorKind kind_of_close(std::optional<std::uint16_t> code, std::string_view reason) {
    const auto is = [code](CloseCode one) { return code == static_cast<std::uint16_t>(one); };
    if (const auto known = kind_of_close_words(reason, is(CloseCode::invalid_payload))) return *known;
    if (is(CloseCode::try_again_later)) return ErrorKind::overloaded;
    if (reason.empty()) return ErrorKind::upstream_truncated;
    // What the client has sent, in the words of who has read it.
    if (is(CloseCode::invalid_payload)) return ErrorKind::invalid_request;
    // What it has asked for is not to be had there.
    if (is(CloseCode::policy_violation)) return ErrorKind::unsupported_parameter;
    return is(CloseCode::message_too_big) ? ErrorKind::request_too_large : ErrorKind::upstream_error;
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
    std::string said = code ? std::to_string(*code) : std::string();
    std::string message = "Provider " + provider + " closed the session before its first event";
    if (code) message += ", with code " + said;
    std::string reason = sanitise_provider_text(frames.close_reason());
    const ErrorKind kind = kind_of_close(code, reason);
    if (reason.empty()) return {kind, message + "."};
    Error error = classify_upstream_error(
        {.status = 0, .type = {}, .code = std::move(said), .message = std::move(reason), .request_id = {}}, {});
    // What the words are known for is said by now; else the code counts.
    if (error.kind != ErrorKind::upstream_error) return error;
    error.kind = kind;
    error.message = message + ": " + error.message;
    return error;
}

}  // namespace breakwater
