#pragma once

#include "../shared/claude_thinking.hpp"
#include "../shared/conversation.hpp"
#include "../shared/structured_output.hpp"
#include "../shared/tool_names.hpp"
#include "tools.hpp"

namespace breakwater::anthropic {

/// Everything about a request that has to be decided before a byte of it is written, because one choice bends another:
/// reasoning rules out forced tools, a prefill rules out the native schema, and so on. Borrows from the request.
struct RequestPlan {
    ToolNames names{};
    Conversation conversation{};
    Thinking thinking{};
    StructuredOutput output{};
    ToolPlan tools{};
    ToolChoicePlan choice{};
};

/// The decoder plans the same request again to know what it asked for, so this is a function of its arguments.
RequestPlan plan_request(const ChatRequest& request, const Deployment& deployment, EncodeNotes& notes);

}  // namespace breakwater::anthropic
