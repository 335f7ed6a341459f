#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "breakwater/routing/deployment.hpp"
#include "breakwater/wire/json_reader.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "encode_notes.hpp"

namespace breakwater {

/// How a Claude model thinks for the request, whoever serves it, and the token limit that goes with it.
struct Thinking {
    enum class Mode : std::uint8_t {
        unset,     ///< nothing is said
        disabled,  ///< newer models think unless told not to
        adaptive,  ///< the model decides; depth by `effort`
        budget,    ///< up to `budget_tokens`
        native,    ///< the client's own object, as it is
    };
    Mode mode = Mode::unset;
    std::int64_t budget_tokens = 0;
    std::string effort{};  ///< output_config.effort, or empty
    std::string_view native{};
    bool on = false;              ///< sampling parameters are refused then
    bool by_budget = false;       ///< thinking.type enabled: no forced tool choice, signed blocks needed in a tool loop
    std::int64_t max_tokens = 0;  ///< always set: the Messages API demands one
};

/// Decides from the capability map which of the two forms the model takes (src/providers/anthropic/README.md,
/// "Thinking"). `loop_without_reasoning`: see open_loop_without_reasoning().
Thinking plan_thinking(const ChatRequest& request, const Deployment& deployment, bool loop_without_reasoning,
                       EncodeNotes& notes);

/// The `thinking` member, if there is anything to say.
void write_thinking(JsonWriter& writer, const Thinking& thinking);

}  // namespace breakwater
