#pragma once

#include <optional>
#include <string_view>

#include "../shared/value.hpp"

namespace breakwater::anthropic_messages {

using ingress::Value;

/// A request while it is read: what several members decide together waits here until all of them are known.
struct Draft {
    enum class Thinking : std::uint8_t { unset, disabled, enabled, adaptive };

    ChatRequest& request;
    std::optional<Message> system{};
    Thinking thinking = Thinking::unset;
    JsonText thinking_object{};
};

/// Reads one top-level member into the draft; what is not known is kept among the extensions. False after a problem.
bool read_parameter(std::string_view name, const Value& value, Draft& draft);

/// `thinking` and `output_config.effort` together, in canonical words.
void settle_reasoning(Draft& draft);

}  // namespace breakwater::anthropic_messages
