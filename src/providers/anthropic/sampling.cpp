#include "sampling.hpp"

#include <algorithm>
#include <vector>

#include "breakwater/base/strings.hpp"

namespace breakwater::anthropic {

namespace {

void write_temperature(JsonWriter& writer, double temperature, EncodeNotes& notes) {
    const double allowed = std::clamp(temperature, 0.0, 1.0);
    if (allowed != temperature) notes.change("temperature", AdaptAction::clamped);
    writer.field("temperature", allowed);
}

void write_stop(JsonWriter& writer, const std::vector<std::string>& stop, EncodeNotes& notes) {
    // The API refuses sequences of white space.
    const auto is_blank = [](const std::string& sequence) { return trim(sequence).empty(); };
    if (std::ranges::any_of(stop, is_blank)) notes.change("stop", AdaptAction::dropped);
    if (std::ranges::all_of(stop, is_blank)) return;
    writer.key("stop_sequences").begin_array();
    for (const std::string& sequence : stop) {
        if (!is_blank(sequence)) writer.string(sequence);
    }
    writer.end_array();
}

void note_missing_knobs(const Sampling& sampling, EncodeNotes& notes) {
    if (sampling.frequency_penalty.value_or(0) != 0) notes.change("frequency_penalty", AdaptAction::dropped);
    if (sampling.presence_penalty.value_or(0) != 0) notes.change("presence_penalty", AdaptAction::dropped);
    if (sampling.seed) notes.change("seed", AdaptAction::dropped);
    if (!sampling.logit_bias.empty() && sampling.logit_bias != "{}") notes.change("logit_bias", AdaptAction::dropped);
}

}  // namespace

void write_sampling(JsonWriter& writer, const ChatRequest& request, bool thinking, EncodeNotes& notes) {
    const Sampling& sampling = request.sampling;
    if (thinking) {
        if (sampling.temperature && *sampling.temperature != 1) notes.change("temperature", AdaptAction::dropped);
        if (sampling.top_p) notes.change("top_p", AdaptAction::dropped);
        if (sampling.top_k) notes.change("top_k", AdaptAction::dropped);
    } else {
        if (sampling.temperature) write_temperature(writer, *sampling.temperature, notes);
        // Since Opus 4.1 the API refuses both together; the older models lose little.
        if (sampling.top_p && sampling.temperature) notes.change("top_p", AdaptAction::dropped);
        if (sampling.top_p && !sampling.temperature) writer.field("top_p", *sampling.top_p);
        if (sampling.top_k) writer.field("top_k", *sampling.top_k);
    }
    if (!sampling.stop.empty()) write_stop(writer, sampling.stop, notes);
    note_missing_knobs(sampling, notes);
}

}  // namespace breakwater::anthropic
