#include "seal.hpp"

#include "../shared/seals.hpp"

namespace breakwater::openai_responses {
namespace {

// The dialect stands before the name, because a provider may be called as a vendor is whose seals are marked too.
std::string owner(std::string_view provider) {
    return "openai.responses/" + std::string(provider);
}

}  // namespace

std::string pack_seal(std::string_view provider, Seal seal) {
    std::string text(seal.id);
    text.append(":").append(seal.encrypted);
    return mark_seal(owner(provider), text);
}

std::optional<Seal> unpack_seal(std::string_view provider, std::string_view packed) {
    const auto text = unmark_seal(owner(provider), packed);
    if (!text) return std::nullopt;
    const std::size_t colon = text->find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    return Seal{.id = text->substr(0, colon), .encrypted = text->substr(colon + 1)};
}

}  // namespace breakwater::openai_responses
