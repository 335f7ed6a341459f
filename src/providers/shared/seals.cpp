#include "seals.hpp"

namespace breakwater {

std::string mark_seal(std::string_view vendor, std::string_view seal) {
    std::string marked(vendor);
    marked.append(":").append(seal);
    return marked;
}

std::optional<std::string_view> unmark_seal(std::string_view vendor, std::string_view marked) noexcept {
    if (!marked.starts_with(vendor)) return std::nullopt;
    marked.remove_prefix(vendor.size());
    if (!marked.starts_with(':') || marked.size() == 1) return std::nullopt;
    return marked.substr(1);
}

bool is_marked_seal(std::string_view seal) noexcept {
    return seal.find(':') != std::string_view::npos;
}

}  // namespace breakwater
