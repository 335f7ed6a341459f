#include "answer_parts.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "breakwater/routing/request_needs.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::anthropic_messages {
namespace {

struct StopReason {
    std::string_view word;
    FinishReason reason;
};

// The first of a reason is its usual word; the others are kept where a provider of this dialect's family says them.
constexpr std::array kStopReasons{
    StopReason{"end_turn", FinishReason::stop},       StopReason{"max_tokens", FinishReason::length},
    StopReason{"tool_use", FinishReason::tool_calls}, StopReason{"refusal", FinishReason::content_filter},
    StopReason{"stop_sequence", FinishReason::stop},  StopReason{"pause_turn", FinishReason::stop},
    StopReason{"compaction", FinishReason::stop},     StopReason{"model_context_window_exceeded", FinishReason::length},
};

std::string_view stop_reason(const FinishEvent& event) noexcept {
    const auto* own = std::ranges::find_if(
        kStopReasons, [&](const StopReason& row) { return row.word == event.native && row.reason == event.reason; });
    if (own != kStopReasons.end()) return own->word;
    return std::ranges::find(kStopReasons, event.reason, &StopReason::reason)->word;
}

bool asks_for_thinking(const Reasoning& reasoning) noexcept {
    return !reasoning.native.empty() || reasoning.budget_tokens.value_or(0) > 0 ||
           reasoning.effort.value_or(ReasoningEffort::none) != ReasoningEffort::none;
}

void write_count(JsonWriter& json, JsonKey name, std::optional<std::int64_t> count) {
    json.key(name);
    if (count) {
        json.number(*count);
    } else {
        json.null();
    }
}

/// The tier in the dialect's words, or empty.
std::string_view tier_word(std::string_view tier) noexcept {
    if (tier == "default" || tier == "standard") return "standard";
    return tier == "priority" || tier == "batch" ? tier : std::string_view();
}

}  // namespace

MessageFacts::MessageFacts(EncoderContext context)
    : id(std::move(context.response_id)), model(std::move(context.model)), request_id(context.request_id) {
    if (context.request == nullptr) return;
    prompt_estimate = needs_of(*context.request).prompt.likely;
    shows_thinking = asks_for_thinking(context.request->reasoning);
}

void MessageFacts::fill(const MessageStart& start) {
    if (!model_known && !start.model.empty()) {
        model = start.model;
        model_known = true;
    }
    if (service_tier.empty()) service_tier = tier_word(start.service_tier);
}

void MessageFacts::finish(const FinishEvent& event) {
    stop_reason = refusal.empty() ? anthropic_messages::stop_reason(event) : "refusal";
    stop_sequence = event.stop_sequence;
    if (!stop_sequence.empty() && event.reason == FinishReason::stop) stop_reason = "stop_sequence";
}

void write_stop(JsonWriter& json, const MessageFacts& facts) {
    json.field("stop_reason", facts.stop_reason).key("stop_sequence");
    if (facts.stop_sequence.empty()) {
        json.null();
    } else {
        json.string(facts.stop_sequence);
    }
    if (facts.stop_reason != "refusal") return;
    json.key("stop_details").begin_object().field("type", "refusal").key("category").null();
    json.key("explanation");
    if (facts.refusal.empty()) {
        json.null();
    } else {
        json.string(facts.refusal);
    }
    json.end_object();
}

/// What was put into the cache, by how long it stays there.
void write_cache_creation(JsonWriter& json, const Usage& usage) {
    json.key("cache_creation").begin_object();
    json.field("ephemeral_5m_input_tokens", *usage.cache_write - *usage.cache_write_1h);
    json.field("ephemeral_1h_input_tokens", *usage.cache_write_1h).end_object();
}

void write_usage(JsonWriter& json, const MessageFacts& facts) {
    constexpr std::uint64_t kBytesPerToken = 4;
    const Usage& usage = facts.usage;
    const auto written = static_cast<std::int64_t>(facts.answer_bytes / kBytesPerToken);
    json.begin_object();
    json.field("input_tokens", usage.input_uncached.value_or(facts.prompt_estimate));
    write_count(json, "cache_creation_input_tokens", usage.cache_write);
    write_count(json, "cache_read_input_tokens", usage.cache_read);
    if (usage.cache_write && usage.cache_write_1h) write_cache_creation(json, usage);
    json.field("output_tokens", usage.output.value_or(written));
    if (usage.reasoning) {
        json.key("output_tokens_details").begin_object().field("thinking_tokens", *usage.reasoning).end_object();
    }
    if (!facts.service_tier.empty()) json.field("service_tier", facts.service_tier);
    if (usage.estimated || !usage.input_uncached || !usage.output) json.field("estimated", true);
    json.end_object();
}

void write_first_usage(JsonWriter& json, const MessageFacts& facts) {
    json.begin_object().field("input_tokens", facts.prompt_estimate);
    json.key("cache_creation_input_tokens").null().key("cache_read_input_tokens").null();
    json.field("output_tokens", 1).field("estimated", true).end_object();
}

// Made while a decoder holds what the thread's reader has read, so with a reader of its own.
std::string citation_of(std::string_view annotation) {
    JsonReader reader;
    const Result<JsonReader::Element> parsed = reader.parse(annotation);
    const auto citation = parsed ? get_object(*parsed, "url_citation") : std::nullopt;
    const auto url = citation ? get_string(*citation, "url") : std::nullopt;
    if (!url) return {};
    std::string out;
    JsonWriter json(out);
    json.begin_object().field("type", "web_search_result_location").field("url", *url).key("title");
    const auto title = get_string(*citation, "title");
    if (title) {
        json.string(*title);
    } else {
        json.null();
    }
    json.field("cited_text", "").field("encrypted_index", "").end_object();
    return out;
}

}  // namespace breakwater::anthropic_messages
