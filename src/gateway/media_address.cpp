#include "media_address.hpp"

#include <algorithm>

#include "breakwater/base/strings.hpp"
#include "inner_name.hpp"

namespace breakwater {
namespace {

constexpr std::string_view kScheme = "https://";
constexpr std::size_t kUrlBytesMax = 8192;
constexpr std::size_t kHostBytesMax = 253;
constexpr std::size_t kLabelsMax = 10;
constexpr std::string_view kPublicPort = "443";

std::unexpected<Error> refused(std::string_view why) {
    return fail(ErrorKind::invalid_request, std::string(why));
}

bool is_visible(char c) noexcept {
    return c > ' ' && c < '\x7f' && c != '\\';
}

bool is_label(std::string_view label) noexcept {
    const auto fits = [](char c) {
        const char lower = static_cast<char>(c | 0x20);
        return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    };
    return !label.empty() && label.size() <= 63 && std::ranges::all_of(label, fits);
}

bool is_decimal_byte(std::string_view text) noexcept {
    const bool plain = !text.empty() && text.size() <= 3 && (text.size() == 1 || text.front() != '0');
    const auto value = plain ? parse_u64(text) : std::nullopt;
    return value && *value <= 255;
}

/// Anything that ends in a number is an IPv4 address for some reader, in octal or as one number: only the plain form is
/// the same for all.
bool is_clear_host(std::string_view host) {
    if (host.starts_with('[')) return host.ends_with(']');
    const auto labels = split(host, '.');
    if (host.size() > kHostBytesMax || labels.size() > kLabelsMax || !std::ranges::all_of(labels, is_label))
        return false;
    const bool numeric = labels.back().front() >= '0' && labels.back().front() <= '9';
    return !numeric || (labels.size() == 4 && std::ranges::all_of(labels, is_decimal_byte));
}

/// `example.com`, or `.example.com` for all below it.
bool is_listed(const std::vector<std::string>& hosts, std::string_view host) {
    return std::ranges::any_of(hosts, [host](std::string_view each) {
        return iequals(each, host) || (each.starts_with('.') && host.ends_with(to_lower(each)));
    });
}

/// host[:port], as written but for the case of letters.
struct Authority {
    std::string host;
    std::string_view port;
};

Authority split_authority(std::string_view text) {
    const std::size_t bracket = text.rfind(']');
    const std::size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
    if (colon == std::string_view::npos) return {to_lower(text), kPublicPort};
    return {to_lower(text.substr(0, colon)), text.substr(colon + 1)};
}

bool is_private_host(const config::Media& settings, const Authority& authority) {
    return is_listed(settings.private_hosts, authority.host) ||
           is_listed(settings.private_hosts, authority.host + ":" + std::string(authority.port));
}

}  // namespace

Result<MediaAddress> media_address(std::string_view url, const config::Media& settings) {
    if (url.size() > kUrlBytesMax || !std::ranges::all_of(url, is_visible)) {
        return refused("expected an address of at most 8192 visible ASCII characters");
    }
    if (!istarts_with(url, kScheme)) return refused("expected an address that begins with https://");
    url = url.substr(0, url.find('#')).substr(kScheme.size());
    const std::string_view named = url.substr(0, url.find_first_of("/?"));
    const Authority authority = split_authority(named);
    if (named.find_first_of("@%") != std::string_view::npos || !is_clear_host(authority.host)) {
        return refused("expected a plain host name or address after https://");
    }
    const bool is_private = is_private_host(settings, authority);
    if (!is_private) {
        if (authority.port != kPublicPort) return refused("expected an address without a port");
        const bool allowed = settings.hosts.empty() || is_listed(settings.hosts, authority.host);
        if (!allowed) return refused("this host is not among those that the operator allows");
        if (!authority.host.starts_with('[') && is_inner_name(authority.host))
            return refused("expected a host on the public internet");
    }
    TlsClientSettings tls;
    if (is_private) tls.ca_file = settings.ca_file;
    auto endpoint = make_endpoint(authority.host, std::string(kScheme) + to_lower(named), std::move(tls));
    if (!endpoint) return refused("expected a port from 1 to 65535");
    endpoint->public_only = !is_private;
    std::string target(url.substr(named.size()));
    if (!target.starts_with('/')) target.insert(0, "/");
    return MediaAddress{std::move(*endpoint), std::move(target)};
}

}  // namespace breakwater
