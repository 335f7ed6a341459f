#include "text_places.hpp"

#include <algorithm>

namespace breakwater::cohere {

void TextPlaces::add(std::string_view text) {
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xC0u) == 0x80u) continue;  // not the first byte of its character
        if (byte >= 0xF0u && wide_.size() < kWideMax) wide_.push_back(characters_);
        ++characters_;
    }
}

std::int64_t TextPlaces::utf16(std::int64_t character) const noexcept {
    const std::int64_t inside = std::clamp<std::int64_t>(character, 0, characters_);
    return inside + (std::ranges::lower_bound(wide_, inside) - wide_.begin());
}

}  // namespace breakwater::cohere
