#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace breakwater {

/// The id of something that one provider keeps, as clients see it: "openai:file-abc". Whoever reads it has yet to ask
/// whether there is such a provider, and whether this client may reach it.
struct OwnedId {
    std::string_view provider{};
    std::string_view id{};  ///< the provider's own: letters, digits, `-`, `_` and `.`, at most 128
};

/// Nothing for any other text.
std::optional<OwnedId> read_owned_id(std::string_view text) noexcept;
std::string write_owned_id(std::string_view provider, std::string_view id);

}  // namespace breakwater
