#pragma once

#include <vector>

#include "../shared/value.hpp"

namespace breakwater::openai_chat {

using ingress::Value;

/// The `messages` of a request. There is at least one. Whether tool results answer their calls is left to the provider:
/// they differ in what they take.
bool read_messages(const Value& messages, std::vector<Message>& out);

}  // namespace breakwater::openai_chat
