#pragma once

#include <vector>

#include "../shared/value.hpp"

namespace breakwater::openai_responses_client {

using ingress::Value;

/// `tools`: functions and custom tools, which are flat in this dialect, and hosted ones of any type, which travel as
/// they are.
bool read_tools(const Value& tools, std::vector<Tool>& out);
/// `tool_choice`: a word, a named tool, a hosted one by its type, or allowed_tools.
bool read_tool_choice(const Value& choice, ToolChoice& out);

}  // namespace breakwater::openai_responses_client
