#include "usage.hpp"

#include <algorithm>

namespace breakwater::bedrock {

namespace {

/// A count as it is meant; sums of them stay within their type.
std::optional<std::int64_t> count_of(JsonReader::Element usage, std::string_view name) {
    constexpr std::int64_t kCountMax = std::int64_t{1} << 48;
    const auto value = get_int(usage, name);
    return value ? std::optional(std::clamp<std::int64_t>(*value, 0, kCountMax)) : std::nullopt;
}

// The service writes its counts under two names; the shorter is the documented one.
std::optional<std::int64_t> count(JsonReader::Element usage, std::string_view name, std::string_view other) {
    const auto value = count_of(usage, name);
    return value ? value : count_of(usage, other);
}

/// What was put into the cache, for whatever time or for `ttl` alone.
std::optional<std::int64_t> sum_of_writes(JsonReader::Element usage, std::string_view ttl = {}) {
    const auto details = get_array(usage, "cacheDetails");
    if (!details) return std::nullopt;
    constexpr std::int64_t kSumMax = std::int64_t{1} << 49;
    std::optional<std::int64_t> sum;
    for (const JsonReader::Element write : *details) {
        if (!ttl.empty() && get_string(write, "ttl") != ttl) continue;
        const auto tokens = count_of(write, "inputTokens");
        if (tokens) sum = std::min(sum.value_or(0) + *tokens, kSumMax);
    }
    return sum;
}

}  // namespace

Usage read_usage(JsonReader::Element usage) {
    Usage counts;
    counts.input_uncached = count_of(usage, "inputTokens");
    counts.cache_read = count(usage, "cacheReadInputTokens", "cacheReadInputTokenCount");
    counts.cache_write = count(usage, "cacheWriteInputTokens", "cacheWriteInputTokenCount");
    if (!counts.cache_write) counts.cache_write = sum_of_writes(usage);
    counts.cache_write_1h = sum_of_writes(usage, "1h");
    counts.output = count_of(usage, "outputTokens");
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

bool is_known_finish(std::string_view native) noexcept {
    static constexpr std::string_view kWords[] = {
        "end_turn",          "stop_sequence",        "max_tokens",       "model_context_window_exceeded",
        "tool_use",          "guardrail_intervened", "content_filtered", "malformed_model_output",
        "malformed_tool_use"};
    return native.empty() || std::ranges::find(kWords, native) != std::end(kWords);
}

}  // namespace breakwater::bedrock
