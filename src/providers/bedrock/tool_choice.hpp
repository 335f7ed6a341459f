#pragma once

#include "tools.hpp"

namespace breakwater::bedrock {

/// Said to a model that has tools declared only because the conversation holds calls of them.
inline constexpr std::string_view kNoCalls = "Do not call any tools in your next answer.";

/// Decides how the tools of the plan may be called. The API knows no "none", and not every model takes a choice: what
/// cannot be said becomes an instruction, or leaves out the tools.
void choose_tools(ToolPlan& plan, const ChatRequest& request, const ToolContext& context, EncodeNotes& notes);

}  // namespace breakwater::bedrock
