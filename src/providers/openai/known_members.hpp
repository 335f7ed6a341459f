#pragma once

#include <string_view>

namespace breakwater::openai {

/// Members that some server is known to put into an answer, a choice or a message, and that nothing is done with.
bool is_passed_over(std::string_view key) noexcept;

}  // namespace breakwater::openai
