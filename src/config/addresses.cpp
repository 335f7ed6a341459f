#include "addresses.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "breakwater/base/strings.hpp"

namespace breakwater::config {
namespace {

std::unexpected<std::string> hint(std::string text = {}) {
    return std::unexpected(std::move(text));
}

bool is_ip(int family, const std::string& host) noexcept {
    std::array<unsigned char, sizeof(in6_addr)> parsed{};
    return inet_pton(family, host.c_str(), parsed.data()) == 1;
}

std::optional<std::uint16_t> parse_port(std::string_view text) noexcept {
    const std::optional<std::uint64_t> port = parse_u64(text);
    if (!port || *port > 65535) return std::nullopt;
    return static_cast<std::uint16_t>(*port);
}

struct HostPort {
    std::string host;
    std::string_view port;
    bool bracketed = false;
};

/// Cut at the last colon outside of brackets; nothing when there is none.
std::optional<HostPort> split_host_port(std::string_view text) {
    if (text.starts_with('[')) {
        const std::size_t close = text.find("]:");
        if (close == std::string_view::npos) return std::nullopt;
        return HostPort{std::string(text.substr(1, close - 1)), text.substr(close + 2), true};
    }
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    return HostPort{std::string(text.substr(0, colon)), text.substr(colon + 1), false};
}

bool is_any(const Address& address) noexcept {
    return address.host == "0.0.0.0" || address.host == "::";
}

bool is_host_character(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_';
}

bool is_url_host(std::string_view authority) {
    std::optional<HostPort> parts = split_host_port(authority);
    const bool has_port = parts && (parts->bracketed || parts->host.find(':') == std::string::npos);
    if (has_port) {
        const auto port = parse_port(parts->port);
        if (!port || *port == 0) return false;
    }
    if (authority.starts_with('[')) {
        const std::size_t close = authority.find(']');
        return close != std::string_view::npos && (has_port || close + 1 == authority.size()) &&
               is_ip(AF_INET6, std::string(authority.substr(1, close - 1)));
    }
    const std::string_view host = has_port ? std::string_view(parts->host) : authority;
    return !host.empty() && host.front() != '.' && host.front() != '-' && std::ranges::all_of(host, is_host_character);
}

/// Endpoints that the gateway adds itself and that people copy along from a vendor's page.
std::string_view endpoint_suffix(std::string_view url) noexcept {
    for (const std::string_view path :
         {"/chat/completions", "/completions", "/messages", "/responses", "/embeddings", "/models", "/v1/traces"}) {
        if (url.ends_with(path)) return path;
    }
    return {};
}

}  // namespace

Parsed<Address> parse_address(std::string_view text) {
    if (parse_port(text))
        return hint(fmt::format("write 127.0.0.1:{0} for this machine only, :{0} for all addresses", text));
    const std::optional<HostPort> parts = split_host_port(text);
    const std::optional<std::uint16_t> port = parts ? parse_port(parts->port) : std::nullopt;
    if (!port)
        return hint(text.find("//") != std::string_view::npos ? "write host and port only, without http://" : "");
    if (parts->bracketed) return is_ip(AF_INET6, parts->host) ? Parsed<Address>(Address{parts->host, *port}) : hint();
    if (parts->host.empty()) return Address{"0.0.0.0", *port};
    if (iequals(parts->host, "localhost")) return Address{"localhost", *port};
    if (is_ip(AF_INET, parts->host)) return Address{parts->host, *port};
    if (is_ip(AF_INET6, parts->host))
        return hint(fmt::format("put the IPv6 address in brackets: \"[{}]:{}\"", parts->host, *port));
    return hint("names other than localhost are not looked up: write the IP address, or :PORT for all addresses");
}

std::string to_string(const Address& address) {
    const bool is_v6 = address.host.find(':') != std::string::npos;
    return is_v6 ? fmt::format("[{}]:{}", address.host, address.port)
                 : fmt::format("{}:{}", address.host, address.port);
}

bool is_loopback(const Address& address) noexcept {
    return address.host == "localhost" || address.host == "::1" || address.host.starts_with("127.");
}

bool clash(const Address& a, const Address& b) noexcept {
    if (a.port != b.port || a.port == 0) return false;
    const auto canonical = [](const Address& x) { return x.host == "localhost" ? std::string("127.0.0.1") : x.host; };
    return is_any(a) || is_any(b) || canonical(a) == canonical(b);
}

Parsed<std::string> parse_origin(std::string_view text) {
    const std::size_t scheme = text.find("://");
    if (scheme == std::string_view::npos || scheme == 0) return hint("begin it with https:// or http://");
    const std::string_view authority = text.substr(scheme + 3);
    if (authority.find_first_of("/?#@") != std::string_view::npos) return hint("end it behind host and port");
    if (std::ranges::any_of(text, [](char c) { return c >= 'A' && c <= 'Z'; })) return hint("write it in lower case");
    const bool own_port = (text.starts_with("https://") && text.ends_with(":443")) ||
                          (text.starts_with("http://") && text.ends_with(":80"));
    if (own_port) return hint("leave out the port: browsers do not send the scheme's own");
    const auto is_scheme_character = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.';
    };
    if (!std::ranges::all_of(text.substr(0, scheme), is_scheme_character) || !is_url_host(authority))
        return hint("check host and port");
    return std::string(text);
}

Parsed<std::string> parse_base_url(std::string_view text, std::string_view credential_key) {
    std::string_view rest = text;
    if (istarts_with(rest, "https://")) {
        rest.remove_prefix(8);
    } else if (istarts_with(rest, "http://")) {
        rest.remove_prefix(7);
    } else {
        return text.find("://") != std::string_view::npos ? hint("only http and https are spoken")
                                                          : hint("begin it with https:// or http://");
    }
    if (rest.find('@') != std::string_view::npos)
        return hint(fmt::format("leave out user and password; the credential goes to `{}`", credential_key));
    if (rest.find_first_of("?#") != std::string_view::npos) return hint("leave out the query and the fragment");
    const bool printable =
        std::ranges::all_of(rest, [](char c) { return c > ' ' && c < 0x7F && c != '\\' && c != '"'; });
    if (!printable || !is_url_host(rest.substr(0, rest.find('/')))) return hint("check host and port");
    while (text.ends_with('/')) text.remove_suffix(1);
    if (const std::string_view endpoint = endpoint_suffix(text); !endpoint.empty()) {
        return hint(fmt::format("leave out {}: the gateway adds it", endpoint));
    }
    return std::string(text);
}

}  // namespace breakwater::config
