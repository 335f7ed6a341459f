#include "usage.hpp"

namespace breakwater::bedrock {

namespace {

// The service writes its counts under two names; the shorter is the documented one.
std::optional<std::int64_t> count(JsonReader::Element usage, std::string_view name, std::string_view other) {
    const auto value = get_int(usage, name);
    return value ? value : get_int(usage, other);
}

std::optional<std::int64_t> sum_of_writes(JsonReader::Element usage) {
    const auto details = get_array(usage, "cacheDetails");
    if (!details) return std::nullopt;
    std::optional<std::int64_t> sum;
    for (const JsonReader::Element write : *details) {
        if (const auto tokens = get_int(write, "inputTokens")) sum = sum.value_or(0) + *tokens;
    }
    return sum;
}

}  // namespace

Usage read_usage(JsonReader::Element usage) {
    Usage counts;
    counts.input_uncached = get_int(usage, "inputTokens");
    counts.cache_read = count(usage, "cacheReadInputTokens", "cacheReadInputTokenCount");
    counts.cache_write = count(usage, "cacheWriteInputTokens", "cacheWriteInputTokenCount");
    if (!counts.cache_write) counts.cache_write = sum_of_writes(usage);
    counts.output = get_int(usage, "outputTokens");
    return counts;
}

FinishReason finish_reason(std::string_view native) noexcept {
    if (native == "max_tokens" || native == "model_context_window_exceeded") return FinishReason::length;
    if (native == "tool_use") return FinishReason::tool_calls;
    if (native == "guardrail_intervened" || native == "content_filtered") return FinishReason::content_filter;
    return FinishReason::stop;  // end_turn, stop_sequence, and words to come
}

bool is_malformed(std::string_view native) noexcept {
    return native == "malformed_model_output" || native == "malformed_tool_use";
}

}  // namespace breakwater::bedrock
