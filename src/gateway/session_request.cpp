#include "session_request.hpp"

#include <algorithm>

#include "breakwater/base/strings.hpp"
#include "breakwater/wire/websocket_handshake.hpp"
#include "cors.hpp"

namespace breakwater {

namespace {

constexpr std::string_view kSubprotocol = "realtime";
constexpr std::string_view kKeyPrefix = "openai-insecure-api-key.";

bool offers(const Headers& headers, std::string_view subprotocol) {
    return std::ranges::any_of(offered_subprotocols(headers),
                               [subprotocol](std::string_view each) { return each == subprotocol; });
}

}  // namespace

std::string_view key_in_subprotocol(const Headers& headers) {
    for (const std::string_view each : offered_subprotocols(headers)) {
        if (each.starts_with(kKeyPrefix)) return each.substr(kKeyPrefix.size());
    }
    return {};
}

Result<void> check_session_head(const HttpRequest& head, const ApiPath& path, const config::Cors& cors) {
    if (const auto fault = handshake_fault(head)) return fail(ErrorKind::invalid_request, std::string(*fault));
    if (auto good = check_origin(head.headers, cors); !good) return good;
    if (path.endpoint == Endpoint::live || !path.model.empty()) return {};
    Error missing(ErrorKind::invalid_request, "The address names no model. Expected /v1/realtime?model=NAME.", "model");
    missing.code = "missing_required_parameter";
    return std::unexpected(std::move(missing));
}

RealtimeRequest read_session_request(const HttpRequest& head, std::string model) {
    return {
        .model = std::move(model),
        .transcribes = query_parameter(head.target, "intent") == "transcription",
        .beta = head.headers.get("openai-beta") == "realtime=v1" || offers(head.headers, "openai-beta.realtime-v1")};
}

RealtimeRequest read_live_request(const HttpRequest& head) {
    return {.dialect = SessionDialect::google, .alpha = head.target.find(".v1alpha.") != std::string::npos};
}

HttpResponseHead accept_session(const HttpRequest& head) {
    return handshake_answer(head, offers(head.headers, kSubprotocol) ? kSubprotocol : std::string_view());
}

}  // namespace breakwater
