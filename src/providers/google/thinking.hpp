#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "../shared/encode_notes.hpp"
#include "breakwater/routing/deployment.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "google_members.hpp"
#include "traits.hpp"

namespace breakwater::google {

/// How the request thinks. Level and budget exclude each other; neither leaves it to the model.
struct Thinking {
    std::string_view level{};              ///< thinkingLevel
    std::optional<std::int64_t> budget{};  ///< thinkingBudget
    bool include_thoughts = false;         ///< summaries of the thoughts, as parts of their own
    JsonText native{};                     ///< the client's own thinking_config, as it is
};

Thinking plan_thinking(const ChatRequest& request, const GoogleMembers& members, const Deployment& deployment,
                       Generation generation, EncodeNotes& notes);

/// The member `thinkingConfig`, if there is anything to say.
void write_thinking(JsonWriter& writer, const Thinking& thinking);

}  // namespace breakwater::google
