#include "answer_parts.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "breakwater/base/strings.hpp"
#include "breakwater/wire/json_reader.hpp"
#include "logprobs.hpp"
#include "signatures.hpp"

namespace breakwater::google_generate {
namespace {

constexpr std::size_t kDepthMax = 256;  // as deep as decoders let a model write

/// The API's own words for an answer that was cut off for what it says: kept where the provider spoke one.
constexpr std::array<std::string_view, 9> kBlocks{"SAFETY",
                                                  "RECITATION",
                                                  "LANGUAGE",
                                                  "BLOCKLIST",
                                                  "PROHIBITED_CONTENT",
                                                  "SPII",
                                                  "IMAGE_SAFETY",
                                                  "IMAGE_PROHIBITED_CONTENT",
                                                  "IMAGE_RECITATION"};

std::string_view finish_word(const CandidateEnd& end) noexcept {
    if (is_blocked(end)) return std::ranges::find(kBlocks, end.native) != kBlocks.end() ? end.native : "SAFETY";
    return end.reason == FinishReason::length ? "MAX_TOKENS" : "STOP";
}

void write_arguments(JsonWriter& json, const ToolCallPart& call) {
    const std::string_view text = trim(call.arguments);
    if (!call.custom) {
        if (text.empty()) {
            json.begin_object().end_object();
            return;
        }
        const Result<JsonReader::Element> parsed = shared_json_reader().parse_repaired(text, kDepthMax);
        if (parsed && parsed->is_object() && !find_duplicate_key(*parsed)) {
            json.raw(to_json(*parsed));
            return;
        }
    }
    json.begin_object().field(call.custom ? "input" : "_raw", call.arguments).end_object();
}

/// Pages that the answer cites. Where in the text it does so is left out: offsets there count other units.
void write_citations(JsonWriter& json, const std::vector<JsonText>& annotations) {
    if (annotations.empty()) return;
    json.key("groundingMetadata").begin_object().key("groundingChunks").begin_array();
    for (const JsonText& annotation : annotations) {
        const Result<JsonReader::Element> parsed = shared_json_reader().parse(annotation);
        const auto citation = parsed ? get_object(*parsed, "url_citation") : std::nullopt;
        if (!citation) continue;
        json.begin_object().key("web").begin_object().field("uri", get_string(*citation, "url").value_or(""));
        if (const auto title = get_string(*citation, "title")) json.field("title", *title);
        json.end_object().end_object();
    }
    json.end_array().end_object();
}

void write_count(JsonWriter& json, std::string_view name, std::optional<std::int64_t> count) {
    if (count) json.field(name, *count);
}

/// The share of sound among the tokens; the rest is called text.
void write_modalities(JsonWriter& json, std::string_view name, std::optional<std::int64_t> audio,
                      std::optional<std::int64_t> total) {
    if (audio.value_or(0) == 0 || !total) return;
    json.key(name).begin_array();
    if (*total > *audio)
        json.begin_object().field("modality", "TEXT").field("tokenCount", *total - *audio).end_object();
    json.begin_object().field("modality", "AUDIO").field("tokenCount", *audio).end_object();
    json.end_array();
}

}  // namespace

void write_text_part(JsonWriter& json, std::string_view text, std::string_view signature) {
    json.begin_object().field("text", text);
    if (!signature.empty()) json.field("thoughtSignature", wrap_signature(signature));
    json.end_object();
}

void write_thought_part(JsonWriter& json, std::string_view text, std::string_view signature,
                        std::string_view redacted) {
    json.begin_object();
    if (!text.empty()) json.field("text", text);
    json.field("thought", true);
    if (!redacted.empty()) {
        json.field("thoughtSignature", wrap_redacted(redacted));
    } else if (!signature.empty()) {
        json.field("thoughtSignature", wrap_signature(signature));
    }
    json.end_object();
}

void write_call_part(JsonWriter& json, const ToolCallPart& call) {
    json.begin_object().key("functionCall").begin_object().field("id", call.id).field("name", call.name).key("args");
    write_arguments(json, call);
    json.end_object();
    if (const std::string signature = call_signature(call.extension); !signature.empty())
        json.field("thoughtSignature", signature);
    json.end_object();
}

bool is_blocked(const CandidateEnd& end) noexcept {
    return end.reason == FinishReason::content_filter || !end.refusal.empty();
}

void write_end(JsonWriter& json, const CandidateEnd& end) {
    json.field("finishReason", finish_word(end));
    if (!end.refusal.empty()) json.field("finishMessage", end.refusal);
    if (end.annotations != nullptr) write_citations(json, *end.annotations);
    if (!end.logprobs.empty()) write_logprobs(json, end.logprobs);
}

void write_usage(JsonWriter& json, const Usage& usage) {
    const std::optional<std::int64_t> total = usage.total();
    if (!total) return;
    const std::optional<std::int64_t> candidates = *usage.output - usage.reasoning.value_or(0);
    json.key("usageMetadata").begin_object();
    write_count(json, "promptTokenCount", usage.prompt_total());
    write_count(json, "candidatesTokenCount", candidates);
    write_count(json, "totalTokenCount", total);
    write_count(json, "cachedContentTokenCount", usage.cache_read);
    write_count(json, "thoughtsTokenCount", usage.reasoning);
    write_modalities(json, "promptTokensDetails", usage.input_audio, usage.prompt_total());
    write_modalities(json, "candidatesTokensDetails", usage.output_audio, candidates);
    json.end_object();
}

void write_identity(JsonWriter& json, std::string_view model, std::string_view id) {
    json.field("modelVersion", model).field("responseId", id);
}

}  // namespace breakwater::google_generate
