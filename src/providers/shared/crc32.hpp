#pragma once

#include <cstdint>
#include <string_view>

namespace breakwater {

/// CRC-32 of IEEE 802.3, as zlib has it, of all bytes so far: begin with 0.
std::uint32_t crc32(std::uint32_t before, std::string_view bytes) noexcept;

}  // namespace breakwater
