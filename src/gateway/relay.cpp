#include "relay.hpp"

#include <algorithm>
#include <array>

#include "auth.hpp"
#include "breakwater/base/strings.hpp"
#include "breakwater/exchange/relay_operation.hpp"

namespace breakwater {
namespace {

constexpr std::string_view kPlace = "/providers/";

/// The client's credentials and account, what belongs to its connection or to a proxy before us, and what the transport
/// writes itself.
constexpr std::array<std::string_view, 30> kOwnFields{"authorization",
                                                      "api-key",
                                                      "x-api-key",
                                                      "x-goog-api-key",
                                                      "cookie",
                                                      "openai-organization",
                                                      "openai-project",
                                                      "proxy-authorization",
                                                      "proxy-connection",
                                                      "connection",
                                                      "keep-alive",
                                                      "te",
                                                      "trailer",
                                                      "transfer-encoding",
                                                      "upgrade",
                                                      "host",
                                                      "content-length",
                                                      "expect",
                                                      "accept-encoding",
                                                      "x-request-id",
                                                      "forwarded",
                                                      "via",
                                                      "x-real-ip",
                                                      "traceparent",
                                                      "tracestate",
                                                      "baggage",
                                                      "x-goog-user-project",
                                                      "http2-settings",
                                                      "cf-connecting-ip",
                                                      "true-client-ip"};
constexpr std::array<std::string_view, 3> kOwnPrefixes{"x-breakwater-", "x-forwarded-", "sec-websocket-"};
/// Parameters in which some APIs take a key.
constexpr std::array<std::string_view, 4> kKeyParameters{"key", "api_key", "api-key", "access_token"};

bool is_own(std::string_view name) noexcept {
    return std::ranges::any_of(kOwnFields, [name](std::string_view field) { return iequals(name, field); }) ||
           std::ranges::any_of(kOwnPrefixes, [name](std::string_view prefix) { return istarts_with(name, prefix); });
}

/// Named by a Connection field, so that it goes no further (RFC 9110, 7.6.1).
bool is_hop_by_hop(std::string_view name, const Headers& headers) {
    return std::ranges::any_of(headers.fields(), [name](const Headers::Field& field) {
        return iequals(field.first, "connection") &&
               std::ranges::any_of(split(field.second, ','),
                                   [name](std::string_view token) { return iequals(trim(token), name); });
    });
}

/// One that every reader understands as the same name: nothing in it separates, escapes twice or leads upwards.
bool is_plain_segment(std::string_view raw) {
    const auto segment = percent_decode(raw);
    return segment && !segment->empty() && *segment != "." && *segment != ".." &&
           segment->find_first_of(std::string_view("/\\%?#;\0", 7)) == std::string::npos;
}

/// The path behind the provider's name, with its slash; empty for a target that is none.
std::string_view rest_of(std::string_view path) noexcept {
    if (!path.starts_with(kPlace)) return {};
    const std::size_t slash = path.find('/', kPlace.size());
    const bool named = slash != std::string_view::npos && slash > kPlace.size();
    return named ? path.substr(slash) : std::string_view();
}

bool is_below(std::string_view rest) {
    if (rest.size() < 2) return false;
    rest.remove_prefix(1);
    if (rest.ends_with('/')) rest.remove_suffix(1);
    return std::ranges::all_of(split(rest, '/'), is_plain_segment);
}

std::string without_keys(std::string_view query) {
    std::string kept;
    for (const std::string_view pair : split(query, '&')) {
        const auto name = percent_decode(pair.substr(0, pair.find('=')));
        const bool key = !name || std::ranges::any_of(kKeyParameters, [&](auto each) { return iequals(*name, each); });
        if (!key) kept.append(kept.empty() ? "?" : "&").append(pair);
    }
    return kept;
}

std::unexpected<Error> not_open(std::string_view provider) {
    return fail(ErrorKind::not_found, "There is no provider `" + sanitise_provider_text(provider, 100) +
                                          "` here that requests are passed on to. The operator opens one with "
                                          "`passthrough: all`.");
}

}  // namespace

Result<Snapshot::Resolved> relay_route(const Snapshot& snapshot, const config::ClientKey* key,
                                       std::string_view provider) {
    auto route = snapshot.relay_to(provider);
    if (!route) return not_open(provider);
    if (!may_reach(key, provider)) {
        return fail(ErrorKind::forbidden,
                    "This API key may not reach the provider " + std::string(provider) + " past the routes.");
    }
    return std::move(*route);
}

Result<void> check_passthrough(const Snapshot& snapshot, const config::ClientKey* key, std::string_view provider,
                               std::string_view target) {
    const config::Provider* settings = snapshot.config().provider(provider);
    if (settings == nullptr || settings->passthrough != config::Passthrough::all) return not_open(provider);
    if (auto route = relay_route(snapshot, key, provider); !route) return std::unexpected(std::move(route.error()));
    if (is_below(rest_of(target.substr(0, target.find('?'))))) return {};
    return fail(ErrorKind::invalid_request,
                "The path behind the provider's name is not a plain one: expected names with single slashes between "
                "them, without dot segments, backslashes, or escapes of `/`, `%`, `?`, `#` and `;`.");
}

std::unique_ptr<Operation> make_passthrough(const HttpRequest& head, std::string_view provider) {
    const std::string_view target = head.target;
    const std::size_t mark = target.find('?');
    RelayRequest request{.method = head.method, .target = std::string(rest_of(target.substr(0, mark)))};
    if (mark != std::string_view::npos) request.target += without_keys(target.substr(mark + 1));
    for (const auto& [name, value] : head.headers.fields()) {
        if (!is_own(name) && !is_hop_by_hop(name, head.headers)) request.headers.emplace_back(name, value);
    }
    return std::make_unique<RelayOperation>(std::move(request), std::string(provider));
}

}  // namespace breakwater
