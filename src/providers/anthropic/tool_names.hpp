#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "breakwater/base/strings.hpp"
#include "breakwater/canonical/chat_request.hpp"

namespace breakwater::anthropic {

/// Tool names as the API takes them, ^[a-zA-Z0-9_-]{1,128}$, and back. The table is a function of the request alone, so
/// the encoder and the decoder each make their own. A value; it refers to nothing.
class ToolNames {
public:
    ToolNames() = default;
    explicit ToolNames(const ChatRequest& request);
    /// The name to send for a client's tool.
    [[nodiscard]] std::string wire(std::string_view name) const;
    /// The client's name for a tool that the model called.
    [[nodiscard]] std::string_view original(std::string_view wire) const noexcept;

private:
    using Table = std::unordered_map<std::string, std::string, StringHash, std::equal_to<>>;
    // Only the names that differ.
    Table wire_by_original_;
    Table original_by_wire_;
};

/// `text` with everything but letters, digits, _ and - replaced by _, and never empty.
std::string sanitise_identifier(std::string_view text, std::size_t length_max);

/// The id of a call, the same wherever it is written: ^[a-zA-Z0-9_-]+$.
std::string wire_call_id(std::string_view id);

}  // namespace breakwater::anthropic
