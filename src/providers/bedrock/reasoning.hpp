#pragma once

#include <string>
#include <string_view>

#include "../shared/claude_thinking.hpp"
#include "family.hpp"

namespace breakwater::bedrock {

/// How the request reasons. Converse has no field for it: each family has its own among the additional ones.
struct ReasoningPlan {
    Thinking claude{};        ///< of Claude models
    std::string key{};        ///< of the others: the additional field, or empty
    std::string value{};      ///< its JSON
    bool plain_only = false;  ///< sampling and the token limit are refused with it
};

/// `loop_without_reasoning`: see open_loop_without_reasoning().
ReasoningPlan plan_reasoning(const ChatRequest& request, const Deployment& deployment, Family family,
                             bool loop_without_reasoning, EncodeNotes& notes);

}  // namespace breakwater::bedrock
