#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace breakwater {

/// A request that a provider gets as the client wrote it, but for credentials and what belongs to a connection. A
/// value.
struct RelayRequest {
    std::string method{};
    std::string target{};  ///< behind the path of the provider's address, with its query
    std::vector<std::pair<std::string, std::string>> headers{};
    std::shared_ptr<const std::string> body{};  ///< held once, for all attempts
};

}  // namespace breakwater
