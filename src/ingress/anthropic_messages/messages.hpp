#pragma once

#include <vector>

#include "../shared/value.hpp"

namespace breakwater::anthropic_messages {

using ingress::Value;

/// `messages`. A user turn with results of tools becomes a message for each of them and, behind these, one with the
/// rest of its blocks. Says whether blocks are among them that only this dialect has.
bool read_messages(const Value& messages, ChatRequest& request);

/// Some part is a block that only this dialect has.
bool has_native_blocks(const Message& message) noexcept;

}  // namespace breakwater::anthropic_messages
