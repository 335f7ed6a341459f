#include "cors.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "breakwater/base/strings.hpp"

namespace breakwater {

namespace {

constexpr std::string_view kAny = "*";

/// What scripts may read beside the body. "*" would do without credentials, but older browsers do not know it.
constexpr std::string_view kExposed =
    "x-request-id, request-id, retry-after, retry-after-ms, x-should-retry, server-timing, x-breakwater-route, "
    "x-breakwater-model, x-breakwater-provider, x-breakwater-deployment, x-breakwater-decision, "
    "x-breakwater-attempts, x-breakwater-adapted";

/// A page of the gateway's own address, or a client that says so without being a browser.
bool is_own_origin(std::string_view origin, std::string_view host) noexcept {
    const std::size_t scheme = origin.find("://");
    return scheme != std::string_view::npos && !host.empty() && iequals(origin.substr(scheme + 3), host);
}

}  // namespace

CorsGrant cors_grant(const config::Cors& cors, const Headers* headers) {
    if (cors.origins.empty()) return {};
    if (cors.origins.front() == kAny) return {.origin = &cors.origins.front()};
    CorsGrant grant{.varies = true};
    const std::string_view sent = headers != nullptr ? headers->get("origin") : std::string_view();
    const auto known = std::ranges::find(cors.origins, sent);
    if (known != cors.origins.end()) grant.origin = &*known;
    return grant;
}

Error foreign_origin() {
    return {ErrorKind::forbidden, "Pages of this origin may not use this gateway: it is not in `server.cors`."};
}

Result<void> check_origin(const Headers& headers, const config::Cors& cors) {
    const auto origin = headers.find("origin");
    if (!origin || is_own_origin(*origin, headers.get("host")) || cors_grant(cors, &headers).origin != nullptr)
        return {};
    return std::unexpected(foreign_origin());
}

bool is_preflight(const HttpRequest& head) noexcept {
    return head.method == "OPTIONS" && head.headers.find("origin") &&
           head.headers.find("access-control-request-method");
}

void add_cors(Headers& headers, const CorsGrant& grant) {
    if (grant.varies) headers.add("Vary", "Origin");
    if (grant.origin == nullptr) return;
    headers.add("Access-Control-Allow-Origin", *grant.origin);
    headers.add("Access-Control-Expose-Headers", kExposed);
}

void add_preflight(Headers& headers, const config::Cors& cors) {
    headers.add("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE");
    // SDKs send a dozen fields of their own. "*" stands for all but Authorization, which has to be named.
    headers.add("Access-Control-Allow-Headers", "Authorization, *");
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(cors.max_age).count();
    headers.add("Access-Control-Max-Age", std::to_string(seconds));
}

}  // namespace breakwater
