#include "request.hpp"

#include "../shared/openai_members.hpp"

#include <algorithm>
#include <array>

namespace breakwater::openai {
namespace {

void write_limit(const Encoding& encoding) {
    if (!encoding.request.max_tokens) return;
    const config::TokenLimit limit = encoding.quirks.token_limit;
    const bool completion = limit == config::TokenLimit::max_completion_tokens ||
                            (limit == config::TokenLimit::by_model && encoding.openai_model());
    encoding.json.field(completion ? "max_completion_tokens" : "max_tokens", *encoding.request.max_tokens);
}

void write_logprobs(const Encoding& encoding) {
    const ChatRequest& request = encoding.request;
    JsonWriter& json = encoding.json;
    if (encoding.quirks.logprobs_count) {
        if (request.logprobs.value_or(false))
            json.field("logprobs", std::max<std::int64_t>(request.top_logprobs.value_or(1), 1));
        return;
    }
    if (request.logprobs) json.field("logprobs", *request.logprobs);
    if (request.top_logprobs) json.field("top_logprobs", *request.top_logprobs);
}

void write_modalities(const Encoding& encoding) {
    const ChatRequest& request = encoding.request;
    JsonWriter& json = encoding.json;
    if (!request.modalities.empty()) {
        json.key("modalities").begin_array();
        for (const std::string& modality : request.modalities) json.string(modality);
        json.end_array();
    }
    write_raw(json, "audio", request.audio);
}

/// Fields that no model depends on: service, storage, attribution, caching.
void write_service(const Encoding& encoding) {
    const ChatRequest& request = encoding.request;
    JsonWriter& json = encoding.json;
    write_text(json, "service_tier", request.service_tier);
    if (request.store) json.field("store", *request.store);
    write_attribution(json, request);
}

/// A client that knows the server may have said it itself.
void write_continuation(const Encoding& encoding) {
    constexpr std::string_view kName = "continue_final_message";
    if (encoding.quirks.prefill != config::Prefill::final_message || encoding.request.messages.empty() ||
        encoding.request.messages.back().role != Role::assistant || encoding.extended_by(kName)) {
        return;
    }
    // One excludes the other, and this one is on by default.
    if (!encoding.extended_by("add_generation_prompt")) encoding.json.field("add_generation_prompt", false);
    encoding.json.field(kName, true);
}

/// The gateway's own words, and what is written above.
bool is_ours(std::string_view name) noexcept {
    static constexpr std::array<std::string_view, 9> kNames{
        "route", "models", "provider", "fallbacks", "breakwater", "messages", "model", "stream", "stream_options"};
    return std::ranges::find(kNames, name) != kNames.end();
}

}  // namespace

void write_sampling(const Encoding& encoding) {
    const Sampling& sampling = encoding.request.sampling;
    JsonWriter& json = encoding.json;
    if (sampling.temperature) json.field("temperature", *sampling.temperature);
    if (sampling.top_p) json.field("top_p", *sampling.top_p);
    if (sampling.top_k) {
        // OpenAI refuses it; the compatible servers know it.
        if (encoding.official()) {
            encoding.notes.change("top_k", AdaptAction::dropped);
        } else {
            json.field("top_k", *sampling.top_k);
        }
    }
    if (sampling.frequency_penalty) json.field("frequency_penalty", *sampling.frequency_penalty);
    if (sampling.presence_penalty) json.field("presence_penalty", *sampling.presence_penalty);
    // A client that knows the vendor may have sent the vendor's own name of it as well.
    if (sampling.seed && !encoding.extended_by(encoding.quirks.seed)) json.field(encoding.quirks.seed, *sampling.seed);
    if (!sampling.stop.empty()) {
        // Always a list: some servers do not take the bare string.
        json.key("stop").begin_array();
        for (const std::string& stop : sampling.stop) json.string(stop);
        json.end_array();
    }
    if (!sampling.logit_bias.empty()) json.raw_field("logit_bias", sampling.logit_bias);
}

void write_stream(const Encoding& encoding) {
    if (!encoding.request.stream && !encoding.quirks.stream_only) return;
    JsonWriter& json = encoding.json;
    json.field("stream", true);
    if (!encoding.quirks.stream_options) return;
    json.key("stream_options").begin_object().field("include_usage", true);
    // Random padding on every chunk, against observers of the line: nothing that leaves the gateway has it.
    if (encoding.quirks.obfuscation) json.field("include_obfuscation", false);
    json.end_object();
}

void write_extensions(const Encoding& encoding) {
    // What another dialect calls so is not known to servers of this one.
    const bool own = encoding.request.dialect == ClientDialect::openai_chat;
    for (const auto& [name, value] : encoding.request.extensions) {
        if (!own) {
            encoding.notes.change(name, AdaptAction::dropped);
        } else if (!is_ours(name) && !value.empty() && value != "null") {
            encoding.json.raw_field(name, value);
        }
    }
}

std::string_view write_body(const Encoding& encoding) {
    const ChatRequest& request = encoding.request;
    JsonWriter& json = encoding.json;
    json.begin_object().field("model", encoding.deployment.model);
    const std::string_view messages = write_messages(encoding);
    write_tools(encoding);
    write_response_format(encoding);
    write_limit(encoding);
    write_sampling(encoding);
    if (request.n) json.field("n", *request.n);
    write_logprobs(encoding);
    write_reasoning(encoding);
    write_text(json, "verbosity", request.verbosity);
    write_modalities(encoding);
    write_raw(json, "prediction", request.prediction);
    write_raw(json, "web_search_options", request.web_search_options);
    write_service(encoding);
    write_stream(encoding);
    write_continuation(encoding);
    write_extensions(encoding);
    messages.empty() ? json.end_object() : json.key("messages");
    return messages;
}

}  // namespace breakwater::openai
