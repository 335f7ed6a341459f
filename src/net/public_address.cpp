#include "breakwater/net/public_address.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

namespace breakwater {
namespace {

/// Addresses whose first `bits` bits are those of `bytes`.
struct Block4 {
    std::array<std::uint8_t, 4> bytes;
    unsigned bits;
};
struct Block6 {
    std::array<std::uint8_t, 8> bytes;  ///< the first half; no block is smaller
    unsigned bits;
};

constexpr std::array kClosed4{
    Block4{{0, 0, 0, 0}, 8},      Block4{{10, 0, 0, 0}, 8},     Block4{{100, 64, 0, 0}, 10},
    Block4{{127, 0, 0, 0}, 8},    Block4{{169, 254, 0, 0}, 16}, Block4{{172, 16, 0, 0}, 12},
    Block4{{192, 0, 0, 0}, 24},   Block4{{192, 0, 2, 0}, 24},   Block4{{192, 88, 99, 0}, 24},
    Block4{{192, 168, 0, 0}, 16}, Block4{{198, 18, 0, 0}, 15},  Block4{{198, 51, 100, 0}, 24},
    Block4{{203, 0, 113, 0}, 24}, Block4{{224, 0, 0, 0}, 4},    Block4{{240, 0, 0, 0}, 4},
};

/// All that is assigned for the public internet, and what is set apart within it: protocol assignments with Teredo,
/// documentation, 6to4.
constexpr Block6 kGlobal6{{0x20}, 3};
constexpr std::array kClosed6{
    Block6{{0x20, 0x01, 0x00}, 23},
    Block6{{0x20, 0x01, 0x0d, 0xb8}, 32},
    Block6{{0x20, 0x02}, 16},
    Block6{{0x3f, 0xff, 0x00}, 20},
};

bool is_within(std::span<const std::uint8_t> address, std::span<const std::uint8_t> block, unsigned bits) noexcept {
    for (std::size_t i = 0; bits > 0; ++i) {
        const unsigned here = std::min(bits, 8U);
        const unsigned mask = 0xffU << (8U - here) & 0xffU;
        if (((address[i] ^ block[i]) & mask) != 0) return false;
        bits -= here;
    }
    return true;
}

template <class Blocks>
bool is_closed(std::span<const std::uint8_t> address, const Blocks& blocks) noexcept {
    return std::ranges::any_of(blocks, [&](const auto& block) { return is_within(address, block.bytes, block.bits); });
}

}  // namespace

bool is_public_address(const ResolvedAddress& address) noexcept {
    if (address.storage.ss_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &address.storage, sizeof v4);
        std::array<std::uint8_t, 4> bytes{};
        std::memcpy(bytes.data(), &v4.sin_addr, bytes.size());
        return !is_closed(bytes, kClosed4);
    }
    if (address.storage.ss_family != AF_INET6) return false;
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address.storage, sizeof v6);
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return is_within(bytes, kGlobal6.bytes, kGlobal6.bits) && !is_closed(bytes, kClosed6);
}

}  // namespace breakwater
