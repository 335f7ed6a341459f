#pragma once

#include <vector>

#include "../shared/value.hpp"

namespace breakwater::anthropic_messages {

using ingress::Value;

/// `tools`: the client's own are functions; Anthropic's, which have a type of their own, travel as they are.
bool read_tools(const Value& tools, std::vector<Tool>& out);

/// `tool_choice`, with `disable_parallel_tool_use`.
bool read_tool_choice(const Value& choice, ChatRequest& request);

}  // namespace breakwater::anthropic_messages
