#include "crc32.hpp"

#include <array>

namespace breakwater {

namespace {

constexpr std::uint32_t kPolynomial = 0xEDB88320u;  // reflected
constexpr std::size_t kSlices = 4;

using Table = std::array<std::uint32_t, 256>;

// Table k advances a byte by k more zero bytes, so that four bytes are taken in one step.
constexpr std::array<Table, kSlices> make_tables() {
    std::array<Table, kSlices> tables{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t value = byte;
        for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1u) != 0 ? kPolynomial : 0u);
        tables[0][byte] = value;
    }
    for (std::size_t slice = 1; slice < kSlices; ++slice) {
        for (std::size_t byte = 0; byte < 256; ++byte) {
            const std::uint32_t value = tables[slice - 1][byte];
            tables[slice][byte] = (value >> 8) ^ tables[0][value & 0xFFu];
        }
    }
    return tables;
}

constexpr std::array<Table, kSlices> kTables = make_tables();

}  // namespace

std::uint32_t crc32(std::uint32_t before, std::string_view bytes) noexcept {
    const auto byte_at = [bytes](std::size_t at) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at]));
    };
    std::uint32_t state = ~before;
    std::size_t at = 0;
    for (; bytes.size() - at >= kSlices; at += kSlices) {
        state ^= byte_at(at) | byte_at(at + 1) << 8 | byte_at(at + 2) << 16 | byte_at(at + 3) << 24;
        state = kTables[3][state & 0xFFu] ^ kTables[2][(state >> 8) & 0xFFu] ^ kTables[1][(state >> 16) & 0xFFu] ^
                kTables[0][state >> 24];
    }
    for (; at < bytes.size(); ++at) state = (state >> 8) ^ kTables[0][(state ^ byte_at(at)) & 0xFFu];
    return ~state;
}

}  // namespace breakwater
