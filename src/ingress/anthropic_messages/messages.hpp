#pragma once

#include <vector>

#include "../shared/value.hpp"

namespace breakwater::anthropic_messages {

using ingress::Value;

/// `messages`. A user turn with results of tools becomes a message for each of them and, behind these, one with the
/// rest of its blocks.
bool read_messages(const Value& messages, std::vector<Message>& out);

}  // namespace breakwater::anthropic_messages
