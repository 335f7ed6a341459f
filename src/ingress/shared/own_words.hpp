#pragma once

#include <span>
#include <string_view>

#include "value.hpp"

namespace breakwater::ingress {

/// What only the request's dialect can say; from the first call on there is such a thing.
OwnWords& own_words(ChatRequest& request);

/// Notes, by its place, a member that no other dialect has a word for. Of a request at most 256; more are not told
/// apart, and then it returns false.
bool note_own_member(const Value& member, ChatRequest& request);

/// The same of all members of `object` but the `known` ones.
void note_own_members(const Value& object, std::span<const std::string_view> known, ChatRequest& request);

}  // namespace breakwater::ingress
