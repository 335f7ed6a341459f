#include "inner_host.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "breakwater/base/strings.hpp"
#include "breakwater/net/public_address.hpp"

namespace breakwater {
namespace {

constexpr std::array<std::string_view, 9> kInnerNames{"local", "localhost", "internal", "intranet", "lan",
                                                      "home",  "corp",      "arpa",     "onion"};

template <class Socket>
ResolvedAddress address_of(const Socket& socket) noexcept {
    ResolvedAddress address;
    std::memcpy(&address.storage, &socket, sizeof socket);
    address.length = sizeof socket;
    return address;
}

}  // namespace

bool is_inner_name(std::string_view name) {
    if (name.ends_with('.')) name.remove_suffix(1);
    const auto labels = split(name, '.');
    return labels.size() == 1 || std::ranges::find(kInnerNames, to_lower(labels.back())) != kInnerNames.end();
}

bool is_inner_host(const std::string& host) {
    // Also the old ways to write an address, as getaddrinfo reads them: 127.1, or a single number.
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    if (::inet_aton(host.c_str(), &v4.sin_addr) != 0) return !is_public_address(address_of(v4));
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    if (::inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) == 1) return !is_public_address(address_of(v6));
    return is_inner_name(host);
}

}  // namespace breakwater
