#pragma once

#include <optional>
#include <vector>

#include "../shared/value.hpp"

namespace breakwater::openai_chat {

using ingress::Value;

/// A request while it is read: what several members decide together waits here until all of them are known.
struct Draft {
    ChatRequest& request;
    std::optional<std::int64_t> max_tokens{};             ///< deprecated name
    std::optional<std::int64_t> max_completion_tokens{};  ///< wins over the deprecated one
    bool include_usage = false;                           ///< counts only together with stream
    std::vector<Tool> functions{};
    ToolChoice function_choice{};
};

/// Reads one top-level member into the draft; what is not known is kept among the extensions. False after a problem.
bool read_parameter(std::string_view name, const Value& value, Draft& draft);

}  // namespace breakwater::openai_chat
