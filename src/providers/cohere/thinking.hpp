#pragma once

#include <cstdint>
#include <optional>

#include "../shared/encode_notes.hpp"
#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/routing/deployment.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::cohere {

/// Whether the model thinks before it answers, and for how many tokens at most.
struct Thinking {
    enum class Mode : std::uint8_t {
        unset,  ///< nothing is said: models that can think do
        enabled,
        disabled,
    };
    Mode mode = Mode::unset;
    std::optional<std::int64_t> token_budget{};
};

/// Models that cannot think refuse the member, so it is sent only where the request says something about reasoning.
Thinking plan_thinking(const ChatRequest& request, const Deployment& deployment, EncodeNotes& notes);

/// The member `thinking`, if there is anything to say.
void write_thinking(JsonWriter& writer, const Thinking& thinking);

}  // namespace breakwater::cohere
