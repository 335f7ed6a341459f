#pragma once

#include <string>
#include <string_view>

#include "breakwater/config/config.hpp"
#include "breakwater/net/upstream.hpp"

namespace breakwater {

/// Where an image or file is that a client names by its address.
struct MediaAddress {
    UpstreamEndpoint endpoint{};
    std::string target{};  ///< path and query
};

/// Takes a client's address apart, strictly: https alone, no user, no port but 443, a host name or address in its plain
/// form, and of the hosts that the operator allows. Hosts under `private_hosts` may lie in a private network and take
/// other ports; for all others the endpoint says that the address behind the name has to be a public one. Errors:
/// invalid_request with what was expected, in words that follow the field's name. Pure.
Result<MediaAddress> media_address(std::string_view url, const config::Media& settings);

}  // namespace breakwater
