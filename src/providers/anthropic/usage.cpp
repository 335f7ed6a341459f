#include "usage.hpp"

#include <algorithm>

namespace breakwater::anthropic {

namespace {

// Unlike elsewhere, input_tokens leaves out what was read from or written to the cache.
Usage read_counts(JsonReader::Element usage) {
    Usage counts;
    counts.input_uncached = get_int(usage, "input_tokens");
    counts.cache_read = get_int(usage, "cache_read_input_tokens");
    counts.cache_write = get_int(usage, "cache_creation_input_tokens");
    counts.output = get_int(usage, "output_tokens");
    if (const auto creation = get_object(usage, "cache_creation")) {
        counts.cache_write_1h = get_int(*creation, "ephemeral_1h_input_tokens");
        if (!counts.cache_write) {
            counts.add({.cache_write = get_int(*creation, "ephemeral_5m_input_tokens")});
            counts.add({.cache_write = counts.cache_write_1h});
        }
    }
    if (const auto details = get_object(usage, "output_tokens_details"))
        counts.reasoning = get_int(*details, "thinking_tokens");
    return counts;
}

// With compaction, the totals leave out the iterations that compacted, although they are billed. An advisor's
// iterations are another model's tokens; after a fallback the totals are right as they are.
void sum_iterations(JsonReader::Element usage, Usage& counts) {
    const std::optional<JsonReader::Array> iterations = get_array(usage, "iterations");
    if (!iterations) return;
    Usage sum;
    bool found = false;
    for (const JsonReader::Element iteration : *iterations) {
        const std::string_view type = get_string(iteration, "type").value_or("");
        if (type == "fallback_message") return;
        if (type != "message" && type != "compaction") continue;
        Usage one = read_counts(iteration);
        one.reasoning.reset();  // the totals have it
        sum.add(one);
        found = true;
    }
    if (found) counts.merge(sum);
}

}  // namespace

Usage read_usage(JsonReader::Element usage) {
    Usage counts = read_counts(usage);
    sum_iterations(usage, counts);
    return counts;
}

FinishReason finish_reason(std::string_view native) noexcept {
    if (native == "max_tokens" || native == "model_context_window_exceeded") return FinishReason::length;
    if (native == "tool_use") return FinishReason::tool_calls;
    if (native == "refusal") return FinishReason::content_filter;
    return FinishReason::stop;  // end_turn, stop_sequence, pause_turn, compaction, and words to come
}

bool is_known_finish(std::string_view native) noexcept {
    static constexpr std::string_view kWords[] = {"end_turn",   "stop_sequence", "pause_turn",
                                                  "compaction", "max_tokens",    "model_context_window_exceeded",
                                                  "tool_use",   "refusal"};
    return native.empty() || std::ranges::find(kWords, native) != std::end(kWords);
}

}  // namespace breakwater::anthropic
