#include "own_host.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "breakwater/base/strings.hpp"

namespace breakwater {
namespace {

constexpr std::array<std::string_view, 7> kOwnNames{"local", "localhost", "internal", "intranet",
                                                    "lan",   "home",      "corp"};
constexpr std::string_view kHomeNetwork = "home.arpa";  // RFC 8375; the rest of .arpa is the public DNS's own

bool is_own_v4(std::uint32_t address) noexcept {
    struct Block {
        std::uint32_t first;
        unsigned bits;
    };
    static constexpr std::array kBlocks{
        Block{0x7f00'0000, 8},   // 127.0.0.0/8
        Block{0x0a00'0000, 8},   // 10.0.0.0/8
        Block{0xac10'0000, 12},  // 172.16.0.0/12
        Block{0xc0a8'0000, 16},  // 192.168.0.0/16
        Block{0x6440'0000, 10},  // 100.64.0.0/10
        Block{0xa9fe'0000, 16},  // 169.254.0.0/16
    };
    return std::ranges::any_of(
        kBlocks, [address](const Block& block) { return (address ^ block.first) >> (32 - block.bits) == 0; });
}

bool is_own_v6(const in6_addr& address) noexcept {
    const auto& bytes = address.s6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&address)) {
        std::uint32_t v4 = 0;
        for (int i = 12; i < 16; ++i) v4 = v4 << 8 | bytes[i];
        return is_own_v4(v4);
    }
    const bool unique_local = (bytes[0] & 0xfe) == 0xfc;
    return IN6_IS_ADDR_LOOPBACK(&address) || IN6_IS_ADDR_LINKLOCAL(&address) || unique_local;
}

bool is_own_name(const std::string& host) {
    std::string name = to_lower(host);
    if (name.ends_with('.')) name.pop_back();
    if (name.empty() || name.contains(':')) return false;
    const std::size_t dot = name.rfind('.');
    if (dot == std::string::npos || name == kHomeNetwork || name.ends_with("." + std::string(kHomeNetwork)))
        return true;
    return std::ranges::find(kOwnNames, std::string_view(name).substr(dot + 1)) != kOwnNames.end();
}

}  // namespace

bool is_own_host(const std::string& host) {
    // Also the old ways to write an address, as getaddrinfo reads them: 127.1, or a single number.
    in_addr v4{};
    if (::inet_aton(host.c_str(), &v4) != 0) return is_own_v4(ntohl(v4.s_addr));
    in6_addr v6{};
    if (::inet_pton(AF_INET6, host.c_str(), &v6) == 1) return is_own_v6(v6);
    return is_own_name(host);
}

}  // namespace breakwater
