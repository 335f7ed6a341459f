#include "usage.hpp"

#include <algorithm>
#include <initializer_list>
#include <string_view>

namespace breakwater::openai {
namespace {

using Element = JsonReader::Element;
using Count = std::optional<std::int64_t>;

/// Counts stay small enough that sums of a few of them cannot overflow.
constexpr std::int64_t kCountMax = std::int64_t{1} << 48;

Count count(std::optional<Element> object, std::string_view key) noexcept {
    const Count value = object ? get_int(*object, key) : Count();
    if (!value) return std::nullopt;
    return std::clamp<std::int64_t>(*value, 0, kCountMax);
}

Count first_of(std::initializer_list<Count> counts) noexcept {
    for (const Count& value : counts) {
        if (value) return value;
    }
    return std::nullopt;
}

/// The prompt in classes that do not overlap. Providers have reported more cached tokens than prompt tokens.
void split_prompt(Usage& usage, Count prompt, Count cached, Count written) noexcept {
    usage.input_uncached = prompt;
    usage.cache_read = cached;
    usage.cache_write = written;
    if (!prompt) return;
    if (cached) usage.cache_read = std::min(*cached, *prompt);
    const std::int64_t rest = *prompt - usage.cache_read.value_or(0);
    if (written) usage.cache_write = std::min(*written, rest);
    usage.input_uncached = rest - usage.cache_write.value_or(0);
}

}  // namespace

std::optional<Usage> read_usage(JsonReader::Element usage) {
    std::optional<Element> prompt_details = get_object(usage, "prompt_tokens_details");
    if (!prompt_details) prompt_details = get_object(usage, "prompt_token_details");  // Mistral
    const std::optional<Element> output_details = get_object(usage, "completion_tokens_details");

    const Count prompt = count(usage, "prompt_tokens");
    Count output = count(usage, "completion_tokens");
    if (prompt.value_or(0) == 0 && output.value_or(0) == 0) return std::nullopt;

    // Names in the order: OpenAI, DeepSeek, Mistral, Moonshot, Anthropic relays.
    const Count cached = first_of({count(prompt_details, "cached_tokens"), count(usage, "prompt_cache_hit_tokens"),
                                   count(usage, "num_cached_tokens"), count(usage, "cached_tokens"),
                                   count(usage, "cache_read_input_tokens")});
    const Count written =
        first_of({count(prompt_details, "cache_write_tokens"), count(usage, "cache_creation_input_tokens")});
    const Count reasoning = first_of({count(output_details, "reasoning_tokens"), count(usage, "reasoning_tokens")});

    // xAI and DeepInfra do not count reasoning among the completion, though the total does.
    const Count total = count(usage, "total_tokens");
    if (prompt && output && total && reasoning.value_or(0) > 0 && *prompt + *output + *reasoning == *total) {
        *output += *reasoning;
    }

    Usage result;
    split_prompt(result, prompt, cached, written);
    result.output = output;
    result.reasoning = reasoning;
    result.input_audio = count(prompt_details, "audio_tokens");
    result.output_audio = count(output_details, "audio_tokens");
    result.accepted_prediction = count(output_details, "accepted_prediction_tokens");
    result.rejected_prediction = count(output_details, "rejected_prediction_tokens");
    result.normalise();
    return result;
}

}  // namespace breakwater::openai
