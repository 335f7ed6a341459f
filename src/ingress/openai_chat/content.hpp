#pragma once

#include "../shared/value.hpp"

namespace breakwater::openai_chat {

using ingress::Value;

/// Reads a message's `content`, a string or an array of parts, into `message.parts`, as far as `message.role` may have
/// such parts: text for all, media for users and tool results, refusals for the assistant.
bool read_content(const Value& content, Message& message);

}  // namespace breakwater::openai_chat
