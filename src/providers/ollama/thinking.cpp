#include "thinking.hpp"

#include "breakwater/wire/json_reader.hpp"

namespace breakwater::ollama {

namespace {

/// The server's levels are low, medium, high and max.
std::string_view level(ReasoningEffort effort) {
    switch (effort) {
        case ReasoningEffort::none:
            return {};
        case ReasoningEffort::minimal:
        case ReasoningEffort::low:
            return "low";
        case ReasoningEffort::medium:
            return "medium";
        case ReasoningEffort::high:
            return "high";
        case ReasoningEffort::xhigh:
        case ReasoningEffort::max:
            return "max";
    }
    return {};
}

void write_effort(JsonWriter& writer, ReasoningEffort effort, EncodeNotes& notes) {
    const std::string_view word = level(effort);
    if (word.empty()) {
        writer.field("think", false);
        return;
    }
    if (word != to_string(effort)) notes.record("reasoning_effort", AdaptAction::mapped);
    writer.field("think", word);
}

}  // namespace

void write_think(JsonWriter& writer, const ChatRequest& request, EncodeNotes& notes) {
    const Reasoning& reasoning = request.reasoning;
    if (!reasoning.native.empty()) {
        // An object of another dialect: whether it says no is all that can be kept of it.
        JsonReader reader;
        const Result<JsonReader::Element> object = reader.parse(reasoning.native);
        writer.field("think", !(object && get_string(*object, "type") == "disabled"));
        notes.record("thinking", AdaptAction::mapped);
    } else if (reasoning.effort) {
        write_effort(writer, *reasoning.effort, notes);
    } else if (reasoning.budget_tokens) {
        writer.field("think", *reasoning.budget_tokens > 0);
        notes.record("reasoning_budget", AdaptAction::mapped);
    }
}

}  // namespace breakwater::ollama
