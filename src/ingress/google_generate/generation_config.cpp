#include "generation_config.hpp"

#include <algorithm>
#include <array>

#include "../shared/parameter_readers.hpp"
#include "breakwater/base/strings.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "member.hpp"
#include "schema.hpp"

namespace breakwater::google_generate {
namespace {

constexpr Name kThinkingLevel{"thinkingLevel", "thinking_level"};
constexpr Name kThinkingBudget{"thinkingBudget", "thinking_budget"};
constexpr Name kIncludeThoughts{"includeThoughts", "include_thoughts"};
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kPlain = "text/plain";
constexpr std::string_view kEnum = "text/x.enum";

bool read_stop(const Value& value, Draft& draft) {
    return value.each_item([&](const Value& item) { return item.read(draft.request.sampling.stop.emplace_back()); });
}

bool read_modalities(const Value& value, Draft& draft) {
    return value.each_item([&](const Value& item) {
        if (!item.is_string()) return item.wrong_type("a string");
        draft.request.modalities.push_back(to_lower(item.text()));
        return true;
    });
}

/// A level is an effort by another name, and no budget is the effort `none`. A budget that the model chooses for itself
/// is this vendor's own; elsewhere it means what it means to say nothing.
bool read_thinking(const Value& value, Draft& draft) {
    Reasoning& reasoning = draft.request.reasoning;
    if (!value.is_object()) return value.wrong_type("an object");
    if (const std::optional<Value> level = find(value, kThinkingLevel)) {
        const std::string word = enum_word(level->text(), "thinking_level_");
        if (word != "unspecified") {
            reasoning.effort = reasoning_effort_from(word);
            if (!reasoning.effort) return level->wrong_value("one of MINIMAL, LOW, MEDIUM, HIGH");
        }
    }
    if (const std::optional<Value> budget = find(value, kThinkingBudget)) {
        if (!budget->read(reasoning.budget_tokens, -1)) return false;
        if (reasoning.effort) return budget->fail("invalid_value", "cannot be used together with thinkingLevel");
        if (reasoning.budget_tokens == 0) reasoning.effort = ReasoningEffort::none;
        if (reasoning.budget_tokens == -1) keep_member("thinkingConfig", value, draft);
        if (*reasoning.budget_tokens <= 0) reasoning.budget_tokens.reset();
    }
    return read_optional(value, kIncludeThoughts, reasoning.shown);
}

bool read_response_schema(const Value& value, Draft& draft) {
    draft.words = value.json();
    return read_openapi_schema(value, draft.schema);
}

using Readers = ingress::ParameterReaders<Draft>;
using Parameter = Readers::Parameter;
using R = ChatRequest;
using S = Sampling;

/// Ranges are those outside of which no model takes a value; narrower ones belong to capability maps.
constexpr std::array kParameters{
    Parameter{"candidateCount", [](const Value& v, Draft& d) { return v.read(d.request.n, 1, 128); }},
    Parameter{"frequencyPenalty", Readers::sampled<&S::frequency_penalty, -2, 2>},
    Parameter{"logprobs", [](const Value& v, Draft& d) { return v.read(d.logprobs, 0, 20); }},
    Parameter{"maxOutputTokens", [](const Value& v, Draft& d) { return v.read(d.request.max_tokens, 1); }},
    Parameter{"presencePenalty", Readers::sampled<&S::presence_penalty, -2, 2>},
    Parameter{"responseJsonSchema", [](const Value& v, Draft& d) { return v.read_object(d.schema); }},
    Parameter{"responseLogprobs", Readers::into<&R::logprobs>},
    Parameter{"responseMimeType", [](const Value& v, Draft& d) { return v.read(d.mime_type); }},
    Parameter{"responseModalities", read_modalities},
    Parameter{"responseSchema", read_response_schema},
    Parameter{"seed", [](const Value& v, Draft& d) { return v.read(d.request.sampling.seed); }},
    Parameter{"stopSequences", read_stop},
    Parameter{"temperature", Readers::sampled<&S::temperature, 0, 2>},
    Parameter{"thinkingConfig", read_thinking},
    Parameter{"topK", [](const Value& v, Draft& d) { return v.read(d.request.sampling.top_k, 0); }},
    Parameter{"topP", Readers::sampled<&S::top_p, 0, 1>},
};

}  // namespace

bool read_generation_config(const Value& config, Draft& draft) {
    return each_named(config, [&](std::string_view name, const Value& value) {
        const auto known = std::ranges::find(kParameters, name, &Parameter::name);
        if (known != kParameters.end()) return known->read(value, draft);
        if (!draft.own_config.empty()) draft.own_config += ',';
        append_json_key(draft.own_config, name, false);
        draft.own_config += value.json();
        return true;
    });
}

bool settle_generation_config(const Value& root, Draft& draft) {
    ChatRequest& request = draft.request;
    if (request.logprobs.value_or(false)) request.top_logprobs = draft.logprobs;
    ResponseFormat& format = request.response_format;
    if (draft.mime_type == kJson) {
        format.kind = draft.schema.empty() ? ResponseFormat::Kind::json_object : ResponseFormat::Kind::json_schema;
        format.name = draft.schema.empty() ? "" : "response";
        format.schema = std::move(draft.schema);
        return true;
    }
    const Value config =
        root.find("generationConfig") ? *root.find("generationConfig") : root.find("generation_config").value_or(root);
    // An answer in one of some words, which no other vendor has.
    if (draft.mime_type == kEnum) {
        if (!draft.own_config.empty()) draft.own_config += ',';
        draft.own_config += R"("responseMimeType":"text/x.enum")";
        if (!draft.words.empty()) draft.own_config += ",\"responseSchema\":" + draft.words;
        return true;
    }
    if (!draft.mime_type.empty() && draft.mime_type != kPlain)
        return config.fail("invalid_value",
                           "responseMimeType: expected one of text/plain, application/json, text/x.enum");
    if (!draft.schema.empty())
        return config.fail("invalid_value", "a schema of the answer needs the responseMimeType application/json");
    return true;
}

}  // namespace breakwater::google_generate
