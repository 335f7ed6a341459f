#include "breakwater/canonical/owned_id.hpp"

#include <algorithm>

namespace breakwater {
namespace {

constexpr std::size_t kIdBytesMax = 128;

bool is_id_byte(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
}

}  // namespace

std::optional<OwnedId> read_owned_id(std::string_view text) noexcept {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return std::nullopt;
    const OwnedId owned{.provider = text.substr(0, colon), .id = text.substr(colon + 1)};
    const bool plain = !owned.id.empty() && owned.id.size() <= kIdBytesMax && owned.id.front() != '.' &&
                       std::ranges::all_of(owned.id, is_id_byte);
    return plain ? std::optional(owned) : std::nullopt;
}

std::string write_owned_id(std::string_view provider, std::string_view id) {
    return std::string(provider).append(":").append(id);
}

}  // namespace breakwater
