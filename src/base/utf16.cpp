#include "breakwater/base/utf16.hpp"

namespace breakwater {

// Bytes that begin a character, and once more those that begin one of two code units.
std::int64_t utf16_units(std::string_view text) noexcept {
    std::int64_t units = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xC0U) != 0x80U) units += byte >= 0xF0U ? 2 : 1;
    }
    return units;
}

}  // namespace breakwater
