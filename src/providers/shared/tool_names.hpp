#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "breakwater/base/strings.hpp"
#include "breakwater/canonical/chat_request.hpp"

namespace breakwater {

/// What a vendor takes as a name. Letters, digits, `_` and `-` always; that is what all of them have in common.
struct NameRules {
    std::size_t length_max = 64;
    bool begins_with_letter = false;  ///< or with `_`: neither a digit nor `-` may come first
};

/// `text` with everything that the rules forbid replaced by `_`, and never empty.
std::string sanitise_identifier(std::string_view text, NameRules rules);

/// Tool names as a vendor takes them, and back. The table is a function of the request alone, so the encoder and the
/// decoder each make their own. A value; it refers to nothing.
class ToolNames {
public:
    ToolNames() = default;
    ToolNames(const ChatRequest& request, NameRules rules);
    /// The vendor takes all names of the request as they are.
    [[nodiscard]] bool changes_none() const noexcept { return wire_by_original_.empty(); }
    /// The name to send for a client's tool.
    [[nodiscard]] std::string wire(std::string_view name) const;
    /// The client's name for a tool that the model called.
    [[nodiscard]] std::string_view original(std::string_view wire) const noexcept;

private:
    using Table = std::unordered_map<std::string, std::string, StringHash, std::equal_to<>>;
    NameRules rules_{};
    // Only the names that differ.
    Table wire_by_original_;
    Table original_by_wire_;
};

}  // namespace breakwater
