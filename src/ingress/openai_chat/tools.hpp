#pragma once

#include <vector>

#include "../shared/value.hpp"

namespace breakwater::openai_chat {

using ingress::Value;

/// `tools`: functions, custom tools, and hosted ones of any type, which travel as they are.
bool read_tools(const Value& tools, std::vector<Tool>& out);
/// `tool_choice`: a word, a named tool, or allowed_tools.
bool read_tool_choice(const Value& choice, ToolChoice& out);

/// Legacy `functions` and `function_call`, read as tools and a choice of tools.
bool read_functions(const Value& functions, std::vector<Tool>& out);
bool read_function_choice(const Value& choice, ToolChoice& out);

}  // namespace breakwater::openai_chat
