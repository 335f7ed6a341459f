#pragma once

#include <string>
#include <string_view>

namespace breakwater::openai_responses {

/// A `call_id` that the API takes: the client's own, or, where that is too long or has other characters, a hash of it,
/// so that a call and its result get the same one without a table.
std::string call_id(std::string_view id);

}  // namespace breakwater::openai_responses
