#pragma once

#include <memory>
#include <string>
#include <string_view>
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

/// Whether it may be sent twice: what it asks for is the same then (RFC 9110, 9.2.2).
inline bool is_idempotent(const RelayRequest& request) noexcept {
    const std::string_view method = request.method;
    return method == "GET" || method == "HEAD" || method == "PUT" || method == "DELETE";
}

}  // namespace breakwater
