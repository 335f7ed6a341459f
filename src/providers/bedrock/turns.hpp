#pragma once

#include "../shared/conversation.hpp"
#include "family.hpp"

namespace breakwater::bedrock {

/// Arranges a conversation as the model's family wants it: who begins, what may stand beside tool results, text beside
/// documents; and takes out what the family refuses: reasoning, cache hints.
void arrange_turns(Conversation& conversation, const FamilyTraits& traits, EncodeNotes& notes);

/// True when some turn holds a call or a result: then tools have to be declared.
bool has_tool_history(const Conversation& conversation);

}  // namespace breakwater::bedrock
