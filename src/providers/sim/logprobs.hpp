#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace breakwater::sim {

/// Appends {"token":...,"logprob":...,"bytes":[...],"top_logprobs":[...]}: made-up but repeatable log probabilities.
void append_logprob_item(std::string& out, std::string_view token, std::size_t top);

}  // namespace breakwater::sim
