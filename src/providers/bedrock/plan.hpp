#pragma once

#include "../shared/conversation.hpp"
#include "../shared/structured_output.hpp"
#include "../shared/tool_names.hpp"
#include "family.hpp"
#include "reasoning.hpp"
#include "tools.hpp"

namespace breakwater::bedrock {

/// Everything about a request that has to be decided before a byte of it is written, because one choice bends another.
/// Borrows from the request.
struct RequestPlan {
    Family family = Family::other;
    ToolNames names{};
    Conversation conversation{};
    ReasoningPlan reasoning{};
    StructuredOutput output{};
    ToolPlan tools{};
};

/// The decoder plans the same request again to know what it asked for, so this is a function of its arguments.
RequestPlan plan_request(const ChatRequest& request, const Deployment& deployment, EncodeNotes& notes);

}  // namespace breakwater::bedrock
