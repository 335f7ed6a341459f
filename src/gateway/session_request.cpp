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

/// A page of the gateway's own address, or a client that says so without being a browser.
bool is_own_origin(std::string_view origin, std::string_view host) noexcept {
    const std::size_t scheme = origin.find("://");
    return scheme != std::string_view::npos && !host.empty() && iequals(origin.substr(scheme + 3), host);
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
    const auto origin = head.headers.find("origin");
    if (origin && !is_own_origin(*origin, head.headers.get("host")) &&
        cors_grant(cors, &head.headers).origin == nullptr) {
        return fail(ErrorKind::forbidden, "Pages of this origin may not use this gateway: it is not in `server.cors`.");
    }
    if (!path.model.empty()) return {};
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

HttpResponseHead accept_session(const HttpRequest& head) {
    return handshake_answer(head, offers(head.headers, kSubprotocol) ? kSubprotocol : std::string_view());
}

}  // namespace breakwater
