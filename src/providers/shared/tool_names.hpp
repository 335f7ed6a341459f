#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "breakwater/base/strings.hpp"
#include "breakwater/canonical/chat_request.hpp"

namespace breakwater {

/// Tool names as strict APIs take them, letters, digits, _ and - up to a length, and back. The table is a function of
/// the request alone, so the encoder and the decoder each make their own. A value; it refers to nothing.
class ToolNames {
public:
    ToolNames() = default;
    ToolNames(const ChatRequest& request, std::size_t length_max);
    /// The name to send for a client's tool.
    [[nodiscard]] std::string wire(std::string_view name) const;
    /// The client's name for a tool that the model called.
    [[nodiscard]] std::string_view original(std::string_view wire) const noexcept;

private:
    using Table = std::unordered_map<std::string, std::string, StringHash, std::equal_to<>>;
    // Only the names that differ.
    Table wire_by_original_;
    Table original_by_wire_;
    std::size_t length_max_ = 64;
};

/// `text` with everything but letters, digits, _ and - replaced by _, and never empty.
std::string sanitise_identifier(std::string_view text, std::size_t length_max);

}  // namespace breakwater
