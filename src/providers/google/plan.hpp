#pragma once

#include "conversation.hpp"
#include "google_members.hpp"
#include "splice.hpp"
#include "structured_output.hpp"
#include "thinking.hpp"
#include "tools.hpp"
#include "traits.hpp"

namespace breakwater::google {

/// Everything about a request that has to be decided before a byte of it is written. Borrows from the request.
struct RequestPlan {
    Generation generation = Generation::levels;
    ToolNames names{};
    GoogleMembers members{};
    Conversation conversation{};
    Thinking thinking{};
    ToolPlan tools{};
    StructuredOutput output{};
    Splice splice{};  ///< stands for what was planned of contents, instructions and tools

    /// The client's system text goes on as it was written: nothing is added to it.
    [[nodiscard]] bool splices_system() const noexcept { return !splice.system.empty() && output.instruction.empty(); }
};

/// `vertex`: the request goes to Vertex AI.
RequestPlan plan_request(const ChatRequest& request, const Deployment& deployment, bool vertex, EncodeNotes& notes);

}  // namespace breakwater::google
