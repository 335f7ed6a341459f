#include "usage.hpp"

#include <algorithm>

namespace breakwater::cohere {

namespace {

/// A count as providers mean it; sums of a few of them stay within their type.
std::optional<std::int64_t> count(JsonReader::Element object, std::string_view name) noexcept {
    constexpr std::int64_t kCountMax = std::int64_t{1} << 48;
    const auto value = get_int(object, name);
    return value ? std::optional(std::clamp<std::int64_t>(*value, 0, kCountMax)) : std::nullopt;
}

}  // namespace

Usage read_usage(JsonReader::Element usage) {
    // Older answers of some models have the billed units alone.
    auto tokens = get_object(usage, "tokens");
    if (!tokens) tokens = get_object(usage, "billed_units");
    Usage counts;
    if (!tokens) return counts;
    counts.output = count(*tokens, "output_tokens");
    counts.reasoning = count(*tokens, "reasoning_tokens");
    counts.cache_read = count(usage, "cached_tokens");
    // Pictures are counted apart. What came from the cache is counted among the input tokens.
    if (auto input = count(*tokens, "input_tokens")) {
        const std::int64_t uncached = *input + count(*tokens, "image_tokens").value_or(0);
        counts.input_uncached = std::max<std::int64_t>(uncached - counts.cache_read.value_or(0), 0);
    }
    return counts;
}

FinishReason finish_reason(std::string_view native) noexcept {
    if (native == "MAX_TOKENS" || native == "ERROR_LIMIT") return FinishReason::length;
    if (native == "TOOL_CALL") return FinishReason::tool_calls;
    if (native == "ERROR_TOXIC") return FinishReason::content_filter;
    return FinishReason::stop;  // COMPLETE, STOP_SEQUENCE, and words to come
}

bool is_failure(std::string_view native) noexcept {
    return native == "ERROR" || native == "TIMEOUT";
}

bool is_known_finish(std::string_view native) noexcept {
    static constexpr std::string_view kWords[] = {"COMPLETE",  "STOP_SEQUENCE", "MAX_TOKENS", "ERROR_LIMIT",
                                                  "TOOL_CALL", "ERROR_TOXIC",   "ERROR",      "TIMEOUT"};
    return native.empty() || std::ranges::find(kWords, native) != std::end(kWords);
}

}  // namespace breakwater::cohere
