#include "answer_parts.hpp"

#include <cstdint>
#include <optional>

namespace breakwater::openai_chat {
namespace {

using Count = std::optional<std::int64_t>;

/// More than all members with their longest numbers need.
constexpr std::size_t kUsageBytesMax = 640;

// Every answer has these counts, so their members are written into room that is made once. Each begins with a comma;
// that of an object's first one becomes its brace.

/// `before` is the comma, the name in quotes, and the colon.
template <std::size_t N>
char* put_known(char* at, const char (&before)[N], const Count& count) noexcept {
    return count ? put_digits(put_literal(at, before), static_cast<std::uint64_t>(*count)) : at;
}

/// Ends the object whose members are `begin` to `at`. There is at least one.
char* end_object(char* begin, char* at) noexcept {
    *begin = '{';
    *at++ = '}';
    return at;
}

char* put_prompt_details(char* at, const Usage& usage) noexcept {
    if (!usage.cache_read && !usage.cache_write && !usage.input_audio) return at;
    char* const begin = put_literal(at, R"(,"prompt_tokens_details":)");
    at = put_known(begin, R"(,"cached_tokens":)", usage.cache_read);
    at = put_known(at, R"(,"cache_write_tokens":)", usage.cache_write);
    at = put_known(at, R"(,"audio_tokens":)", usage.input_audio);
    return end_object(begin, at);
}

char* put_completion_details(char* at, const Usage& usage) noexcept {
    if (!usage.reasoning && !usage.output_audio && !usage.accepted_prediction && !usage.rejected_prediction) return at;
    char* const begin = put_literal(at, R"(,"completion_tokens_details":)");
    at = put_known(begin, R"(,"reasoning_tokens":)", usage.reasoning);
    at = put_known(at, R"(,"audio_tokens":)", usage.output_audio);
    at = put_known(at, R"(,"accepted_prediction_tokens":)", usage.accepted_prediction);
    at = put_known(at, R"(,"rejected_prediction_tokens":)", usage.rejected_prediction);
    return end_object(begin, at);
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
    json.raw(kUsageBytesMax, [&](char* const begin) {
        char* at = put_known(begin, R"(,"prompt_tokens":)", usage.prompt_total());
        at = put_known(at, R"(,"completion_tokens":)", usage.output);
        at = put_known(at, R"(,"total_tokens":)", total);
        at = put_prompt_details(at, usage);
        at = put_completion_details(at, usage);
        if (usage.estimated) at = put_literal(at, R"(,"estimated":true)");
        return end_object(begin, at);
    });
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
