#include "breakwater/net/upstream.hpp"

namespace breakwater {

Result<UpstreamEndpoint> make_endpoint(std::string name, std::string_view base_url, TlsClientSettings tls) {
    UpstreamEndpoint endpoint;
    endpoint.name = std::move(name);
    endpoint.tls_settings = std::move(tls);
    if (base_url.starts_with("https://")) {
        base_url.remove_prefix(8);
    } else if (base_url.starts_with("http://")) {
        base_url.remove_prefix(7);
        endpoint.tls = false;
    } else {
        return fail(ErrorKind::invalid_request, "A base URL starts with https:// or http://.");
    }
    const std::size_t slash = base_url.find('/');
    std::string_view authority = base_url.substr(0, slash);
    std::string_view path = slash == std::string_view::npos ? std::string_view() : base_url.substr(slash);
    while (path.ends_with('/')) path.remove_suffix(1);
    endpoint.path_prefix = path;
    endpoint.host_header = authority;
    endpoint.port = endpoint.tls ? 443 : 80;

    const std::size_t colon = authority.rfind(':');
    if (colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos) {
        const auto port = parse_u64(authority.substr(colon + 1));
        if (!port || *port == 0 || *port > 65535)
            return fail(ErrorKind::invalid_request, "The port of a base URL is 1 to 65535.");
        endpoint.port = static_cast<std::uint16_t>(*port);
        authority = authority.substr(0, colon);
    }
    if (authority.starts_with('[') && authority.ends_with(']')) authority = authority.substr(1, authority.size() - 2);
    if (authority.empty()) return fail(ErrorKind::invalid_request, "A base URL names a host.");
    endpoint.host = authority;
    endpoint.connection_key =
        ConnectionKey((endpoint.tls ? "https://" : "http://") + endpoint.host_header + "|" +
                      endpoint.tls_settings.ca_file + (endpoint.tls_settings.insecure_skip_verify ? "|insecure" : ""));
    return endpoint;
}

}  // namespace breakwater
