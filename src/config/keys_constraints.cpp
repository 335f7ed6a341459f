#include "constraint_keys.hpp"

namespace breakwater::config {

namespace {

constexpr KeySpec need(std::string_view name, std::string_view meaning) {
    return {.name = name, .type = Type::boolean, .meaning = meaning};
}
constexpr KeySpec tokens(std::string_view name, std::string_view meaning) {
    return {.name = name, .type = Type::count, .meaning = meaning, .from = "1", .to = "1000M"};
}
constexpr KeySpec dollars(std::string_view name, std::string_view meaning) {
    return {.name = name, .type = Type::number, .meaning = meaning, .from = "0", .to = "1000000"};
}
constexpr KeySpec span_of(std::string_view name, std::string_view meaning) {
    return {.name = name, .type = Type::duration, .meaning = meaning, .from = "1ms", .to = "24h"};
}

}  // namespace

std::span<const KeySpec> require_keys() {
    static constexpr KeySpec kKeys[] = {
        need("streaming", "Streams."),
        need("tools", "Tools."),
        need("parallel_tools", "Several tool calls in one answer."),
        need("vision", "Images in the prompt."),
        need("json", "Answers that are some JSON object."),
        need("structured_output", "Answers that follow a JSON schema."),
        need("audio_input", "Audio in the prompt."),
        need("audio_output", "Audio answers."),
        need("pdf", "PDF files in the prompt."),
        need("reasoning", "A model that reasons."),
        need("web_search", "The provider's own web search."),
        need("prompt_caching", "Cache hints in the prompt."),
        tokens("context", "At least this context window."),
        tokens("max_output", "At least this many tokens in an answer."),
    };
    return kKeys;
}

std::span<const KeySpec> max_keys() {
    static constexpr KeySpec kKeys[] = {
        dollars("price_input", "US dollars per million prompt tokens."),
        dollars("price_output", "US dollars per million tokens of the answer."),
        dollars("cost", "US dollars for the request, as estimated from its prompt and its limit of output."),
        span_of("first_token_p50",
                "Median time to the first content token, as measured lately for prompts of this size."),
        span_of("first_token_p95", "The same, for 95% of the requests."),
        span_of("gap_p95", "Time between two content tokens, for 95% of them."),
    };
    return kKeys;
}

}  // namespace breakwater::config
