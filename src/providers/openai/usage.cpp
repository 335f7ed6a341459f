#include "usage.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <string_view>

#include "json_members.hpp"

namespace breakwater::openai {
namespace {

using Element = JsonReader::Element;
using Count = std::optional<std::int64_t>;

/// Counts stay small enough that sums of a few of them cannot overflow.
constexpr std::int64_t kCountMax = std::int64_t{1} << 48;

Count count(Element value) noexcept {
    std::int64_t whole = 0;
    if (value.get(whole)) return std::clamp<std::int64_t>(whole, 0, kCountMax);
    double number = 0;
    if (!value.is_double() || !value.get(number)) return std::nullopt;
    // Some servers write 12.0; what is no whole number is no count.
    if (std::trunc(number) != number) return std::nullopt;
    return static_cast<std::int64_t>(std::clamp(number, 0.0, static_cast<double>(kCountMax)));
}

Count first_of(std::initializer_list<Count> counts) noexcept {
    for (const Count& value : counts) {
        if (value) return value;
    }
    return std::nullopt;
}

/// The counts by the names under which providers send them, gathered in one pass: every answer has them.
struct Counts {
    Count prompt{}, output{}, total{}, reasoning_beside{};
    Count cached{}, cached_beside{}, cache_hit{}, num_cached{}, cache_read{};
    Count written{}, cache_creation{};
    Count input_audio{}, output_audio{}, reasoning{}, accepted{}, rejected{};

    void read_prompt_details(Element details) {
        for_each_member(details, [this](MemberName key, Element value) {
            if (key == "cached_tokens")
                cached = count(value);
            else if (key == "cache_write_tokens")
                written = count(value);
            else if (key == "audio_tokens")
                input_audio = count(value);
        });
    }
    void read_output_details(Element details) {
        for_each_member(details, [this](MemberName key, Element value) {
            if (key == "reasoning_tokens")
                reasoning = count(value);
            else if (key == "audio_tokens")
                output_audio = count(value);
            else if (key == "accepted_prediction_tokens")
                accepted = count(value);
            else if (key == "rejected_prediction_tokens")
                rejected = count(value);
        });
    }
    void read(Element usage) {
        for_each_member(usage, [this](MemberName key, Element value) {
            if (key == "prompt_tokens")
                prompt = count(value);
            else if (key == "completion_tokens")
                output = count(value);
            else if (key == "total_tokens")
                total = count(value);
            else if (key == "prompt_tokens_details" || key == "prompt_token_details")
                read_prompt_details(value);  // Mistral
            else if (key == "completion_tokens_details")
                read_output_details(value);
            else if (key == "prompt_cache_hit_tokens")
                cache_hit = count(value);  // DeepSeek
            else if (key == "num_cached_tokens")
                num_cached = count(value);  // Mistral
            else if (key == "cached_tokens")
                cached_beside = count(value);  // Moonshot
            else if (key == "cache_read_input_tokens")
                cache_read = count(value);  // relays of Anthropic
            else if (key == "cache_creation_input_tokens")
                cache_creation = count(value);
            else if (key == "reasoning_tokens")
                reasoning_beside = count(value);
        });
    }
};

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
    Counts counts;
    counts.read(usage);
    if (counts.prompt.value_or(0) == 0 && counts.output.value_or(0) == 0) return std::nullopt;

    const Count cached =
        first_of({counts.cached, counts.cache_hit, counts.num_cached, counts.cached_beside, counts.cache_read});
    const Count written = first_of({counts.written, counts.cache_creation});
    const Count reasoning = first_of({counts.reasoning, counts.reasoning_beside});

    // xAI and DeepInfra do not count reasoning among the completion, though the total does.
    Count output = counts.output;
    if (counts.prompt && output && counts.total && reasoning.value_or(0) > 0 &&
        *counts.prompt + *output + *reasoning == *counts.total) {
        *output += *reasoning;
    }

    Usage result;
    split_prompt(result, counts.prompt, cached, written);
    result.output = output;
    result.reasoning = reasoning;
    result.input_audio = counts.input_audio;
    result.output_audio = counts.output_audio;
    result.accepted_prediction = counts.accepted;
    result.rejected_prediction = counts.rejected;
    result.normalise();
    return result;
}

std::optional<Usage> read_embedding_usage(JsonReader::Element usage) {
    std::optional<Usage> result = read_usage(usage);
    if (!result) {
        const auto member = get_value(usage, "total_tokens");
        const Count total = member ? count(*member) : std::nullopt;
        if (!total) return std::nullopt;
        result = Usage{.input_uncached = *total};
    }
    result->output = 0;
    return result;
}

std::optional<Usage> read_media_usage(JsonReader::Element usage) {
    Count input, output, prompt, completion, pictures;
    for_each_member(usage, [&](MemberName key, Element value) {
        if (key == "input_tokens")
            input = count(value);
        else if (key == "output_tokens")
            output = count(value);
        else if (key == "prompt_tokens")
            prompt = count(value);
        else if (key == "completion_tokens")
            completion = count(value);
        else if (key == "input_tokens_details")
            for_each_member(value, [&](MemberName part, Element tokens) {
                if (part == "image_tokens") pictures = count(tokens);
            });
    });
    const Usage result{
        .input_uncached = first_of({input, prompt}), .output = first_of({output, completion}), .input_image = pictures};
    if (result.input_uncached.value_or(0) == 0 && result.output.value_or(0) == 0) return std::nullopt;
    return result;
}

}  // namespace breakwater::openai
