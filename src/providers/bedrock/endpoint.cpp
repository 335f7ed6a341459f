#include "endpoint.hpp"

namespace breakwater::bedrock {

std::string region_address(std::string_view region) {
    std::string address("https://bedrock-runtime.");
    address.append(region).append(".amazonaws.com");
    if (region.starts_with("cn-")) address += ".cn";  // China is a partition of its own
    return address;
}

// Host and prefix are taken from the address as the transport takes them (net/endpoint.cpp): they are part of what is
// signed.
Endpoint make_endpoint(const config::Provider& provider) {
    const std::string address = provider.base_url.empty() ? region_address(provider.aws.region) : provider.base_url;
    std::string_view rest = address;
    if (const std::size_t scheme = rest.find("://"); scheme != std::string_view::npos) rest.remove_prefix(scheme + 3);
    const std::size_t slash = rest.find('/');
    std::string_view path = slash == std::string_view::npos ? std::string_view() : rest.substr(slash);
    while (path.ends_with('/')) path.remove_suffix(1);
    return {.host = std::string(rest.substr(0, slash)),
            .path_prefix = std::string(path),
            .region = provider.aws.region,
            .headers = provider.headers};
}

}  // namespace breakwater::bedrock
