#include "answer_parts.hpp"

#include <cstdint>
#include <optional>

namespace breakwater::openai_chat {
namespace {

using Count = std::optional<std::int64_t>;

void write_known(JsonWriter& json, std::string_view name, Count count) {
    if (count) json.field(name, *count);
}

void write_prompt_details(JsonWriter& json, const Usage& usage) {
    if (!usage.cache_read && !usage.cache_write && !usage.input_audio) return;
    json.key("prompt_tokens_details").begin_object();
    write_known(json, "cached_tokens", usage.cache_read);
    write_known(json, "cache_write_tokens", usage.cache_write);
    write_known(json, "audio_tokens", usage.input_audio);
    json.end_object();
}

void write_completion_details(JsonWriter& json, const Usage& usage) {
    if (!usage.reasoning && !usage.output_audio && !usage.accepted_prediction && !usage.rejected_prediction) return;
    json.key("completion_tokens_details").begin_object();
    write_known(json, "reasoning_tokens", usage.reasoning);
    write_known(json, "audio_tokens", usage.output_audio);
    write_known(json, "accepted_prediction_tokens", usage.accepted_prediction);
    write_known(json, "rejected_prediction_tokens", usage.rejected_prediction);
    json.end_object();
}

}  // namespace

std::string_view finish_word(FinishReason reason, bool legacy_functions) noexcept {
    return legacy_functions && reason == FinishReason::tool_calls ? "function_call" : to_string(reason);
}

bool is_worth_telling(std::string_view native, FinishReason reason) noexcept {
    return !native.empty() && native != to_string(reason);
}

void write_usage(JsonWriter& json, const Usage& usage) {
    const Count total = usage.total();
    if (!total) {
        json.null();
        return;
    }
    json.begin_object();
    write_known(json, "prompt_tokens", usage.prompt_total());
    write_known(json, "completion_tokens", usage.output);
    json.field("total_tokens", *total);
    write_prompt_details(json, usage);
    write_completion_details(json, usage);
    if (usage.estimated) json.field("estimated", true);
    json.end_object();
}

void write_reasoning_block(JsonWriter& json, std::string_view text, std::string_view signature,
                           std::string_view redacted) {
    if (!redacted.empty()) {
        json.field("type", "redacted_thinking").field("data", redacted);
    } else {
        json.field("type", "thinking").field("thinking", text).field("signature", signature);
    }
}

}  // namespace breakwater::openai_chat
