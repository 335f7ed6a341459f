#pragma once

#include "../shared/value.hpp"

namespace breakwater::openai_chat {

using ingress::Value;

/// Reasoning that the client sends back: `thinking_blocks`, else `reasoning_content` or `reasoning`. The blocks win,
/// because they carry the seals without which some providers refuse the turn.
bool read_reasoning(const Value& message, Message& out);

/// `tool_calls` of an assistant message.
bool read_tool_calls(const Value& message, Message& out);

/// The legacy `function_call` of an assistant message as a tool call with the id `call_id`; `found` says whether there
/// is one.
bool read_function_call(const Value& message, std::string call_id, Message& out, bool& found);

}  // namespace breakwater::openai_chat
