#include "completions.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "../shared/openai_members.hpp"
#include "request.hpp"

namespace breakwater::openai {
namespace {

/// What the client gave, and behind it what an answer that broke off had of it already.
std::string prompt_of(const ChatRequest& request) {
    std::string prompt;
    for (const Message& message : request.messages) {
        for (const ContentPart& part : message.parts) {
            if (const auto* text = std::get_if<TextPart>(&part)) prompt += text->text.view();
        }
    }
    return prompt;
}

void write_prompt(const Encoding& encoding) {
    const ChatRequest& request = encoding.request;
    if (request.completion.prompts.empty()) {
        encoding.json.field("prompt", prompt_of(request));
    } else {
        encoding.json.raw_field("prompt", request.completion.prompts);
    }
}

/// Here it is a number, and 0 asks for the tokens' own.
void write_logprobs(const Encoding& encoding) {
    const ChatRequest& request = encoding.request;
    if (!request.logprobs.value_or(false)) return;
    const std::int64_t least = encoding.quirks.logprobs_count ? 1 : 0;
    encoding.json.field("logprobs", std::max(request.top_logprobs.value_or(0), least));
}

void write_choices(const Encoding& encoding) {
    const CompletionWords& completion = encoding.request.completion;
    JsonWriter& json = encoding.json;
    if (encoding.request.n) json.field("n", *encoding.request.n);
    if (completion.best_of) json.field("best_of", *completion.best_of);
    write_logprobs(encoding);
    if (completion.echo) json.field("echo", *completion.echo);
}

/// Servers of one's own hold completions to a format as well; OpenAI's does not.
void write_format(const Encoding& encoding) {
    using Kind = ResponseFormat::Kind;
    const Kind kind = encoding.request.response_format.kind;
    if (kind == Kind::unset || kind == Kind::text) return;
    const Feature wanted = kind == Kind::json_object ? Feature::json_object : Feature::json_schema;
    if (!encoding.official() && !encoding.emulated(wanted)) return write_response_format(encoding);
    encoding.notes.lose("response_format",
                        "This deployment is asked at /completions, where no format is enforced; leave response_format "
                        "out, or use POST /v1/chat/completions.");
}

/// Nothing but the prompt's own tokens is asked for with a limit of 0, which means nothing where they are not said.
void write_limit(const Encoding& encoding) {
    const ChatRequest& request = encoding.request;
    if (!request.max_tokens) return;
    if (*request.max_tokens == 0 && !request.completion.echo.value_or(false))
        return encoding.notes.change("max_tokens", AdaptAction::dropped);
    encoding.json.field("max_tokens", *request.max_tokens);
}

/// Members of chats that no answer depends on.
void drop_chat_members(const Encoding& encoding) {
    const ChatRequest& request = encoding.request;
    const Reasoning& reasoning = request.reasoning;
    const auto drop = [&encoding](bool set, std::string_view name) {
        if (set) encoding.notes.change(std::string(name), AdaptAction::dropped);
    };
    drop(reasoning.effort && *reasoning.effort != ReasoningEffort::none, "reasoning_effort");
    drop(reasoning.budget_tokens || !reasoning.native.empty(), "thinking");
    drop(!request.verbosity.empty(), "verbosity");
    drop(!request.modalities.empty() || !request.audio.empty(), "modalities");
    drop(!request.prediction.empty(), "prediction");
    drop(!request.web_search_options.empty(), "web_search_options");
    drop(!request.service_tier.empty(), "service_tier");
    drop(request.store.value_or(false), "store");
    drop(!request.metadata.empty(), "metadata");
    drop(!request.safety_identifier.empty(), "safety_identifier");
    drop(!request.prompt_cache_key.empty(), "prompt_cache_key");
    drop(!request.prompt_cache_retention.empty(), "prompt_cache_retention");
    drop(!request.prompt_cache_options.empty(), "prompt_cache_options");
    drop(!request.moderation.empty(), "moderation");
}

}  // namespace

void write_completion_body(const Encoding& encoding) {
    const ChatRequest& request = encoding.request;
    JsonWriter& json = encoding.json;
    json.begin_object().field("model", encoding.deployment.model);
    write_prompt(encoding);
    write_text(json, "suffix", request.completion.suffix);
    write_format(encoding);
    write_limit(encoding);
    write_sampling(encoding);
    write_choices(encoding);
    write_user(json, request.user);
    drop_chat_members(encoding);
    write_stream(encoding);
    write_extensions(encoding);
    json.end_object();
}

}  // namespace breakwater::openai
