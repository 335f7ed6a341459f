#include "usage.hpp"

#include <algorithm>
#include <string_view>

namespace breakwater::google {

namespace {

// No count comes near this, and sums of those that are let through cannot overflow.
constexpr std::int64_t kCountMax = std::int64_t{1} << 48;

void take(std::optional<std::int64_t>& count, JsonReader::Element usage, std::string_view key) {
    if (const auto stated = get_int(usage, key)) count = std::clamp<std::int64_t>(*stated, 0, kCountMax);
}

void take_modality(std::optional<std::int64_t>& count, JsonReader::Element usage, std::string_view key,
                   std::string_view modality) {
    const auto details = get_array(usage, key);
    if (!details) return;
    for (const JsonReader::Element entry : *details) {
        if (get_string(entry, "modality") == modality) take(count, entry, "tokenCount");
    }
}

}  // namespace

void UsageCounter::read(JsonReader::Element usage) {
    take(prompt_, usage, "promptTokenCount");
    take(cached_, usage, "cachedContentTokenCount");
    take(tool_use_, usage, "toolUsePromptTokenCount");
    take(candidates_, usage, "candidatesTokenCount");
    take(thoughts_, usage, "thoughtsTokenCount");
    take(total_, usage, "totalTokenCount");
    take_modality(audio_in_, usage, "promptTokensDetails", "AUDIO");
    take_modality(image_in_, usage, "promptTokensDetails", "IMAGE");
    take_modality(audio_out_, usage, "candidatesTokensDetails", "AUDIO");
}

Usage UsageCounter::usage() const noexcept {
    Usage usage;
    const std::int64_t tool_use = tool_use_.value_or(0);
    const std::int64_t thoughts = thoughts_.value_or(0);
    if (prompt_) usage.input_uncached = std::max<std::int64_t>(0, *prompt_ - cached_.value_or(0)) + tool_use;
    usage.cache_read = cached_;
    // Where nothing was written yet the count of it is left out; the total tells.
    std::optional<std::int64_t> candidates = candidates_;
    if (!candidates && total_ && prompt_)
        candidates = std::max<std::int64_t>(0, *total_ - *prompt_ - tool_use - thoughts);
    if (candidates) usage.output = *candidates + thoughts;
    usage.reasoning = thoughts_;
    usage.input_audio = audio_in_;
    usage.input_image = image_in_;
    usage.output_audio = audio_out_;
    return usage;
}

}  // namespace breakwater::google
