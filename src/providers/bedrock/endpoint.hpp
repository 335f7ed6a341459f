#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "breakwater/config/config.hpp"

namespace breakwater::bedrock {

/// The address of a region's models.
std::string region_address(std::string_view region);

/// What the configuration says about where requests go and as whom.
struct Endpoint {
    std::string host{};         ///< as the transport writes it into the header Host
    std::string path_prefix{};  ///< path of the base URL, which comes before the target of every request
    std::string region{};       ///< that requests are signed for
    std::vector<std::pair<std::string, std::string>> headers{};  ///< to be added to every request
};

Endpoint make_endpoint(const config::Provider& provider);

}  // namespace breakwater::bedrock
