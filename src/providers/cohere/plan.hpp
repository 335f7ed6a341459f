#pragma once

#include <string>
#include <vector>

#include "../shared/encode_notes.hpp"
#include "../shared/tool_names.hpp"
#include "documents.hpp"
#include "structured_output.hpp"
#include "thinking.hpp"
#include "tools.hpp"

namespace breakwater::cohere {

inline constexpr std::size_t kToolNameMax = 64;

/// Everything about a request that has to be decided before a byte of it is written, because one choice bends another:
/// tools and documents rule out a response format, and what is said in words goes into the system text. Borrows from
/// the request.
struct RequestPlan {
    ToolNames names{};
    std::vector<Document> documents{};
    ToolPlan tools{};
    StructuredOutput output{};
    Thinking thinking{};
    std::string instruction{};  ///< text of our own for the system message, or empty
};

/// The decoder plans the same request again to know what it asked for, so this is a function of its arguments.
RequestPlan plan_request(const ChatRequest& request, const Deployment& deployment, EncodeNotes& notes);

}  // namespace breakwater::cohere
