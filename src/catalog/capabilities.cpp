#include "breakwater/catalog/capabilities.hpp"

#include "breakwater/catalog/capability_keys.hpp"

namespace breakwater {
namespace {

void overlay_rule(ParameterRule& rule, const ParameterRule& upper) {
    if (upper.support != Support::unknown) rule.support = upper.support;
    if (upper.min) rule.min = upper.min;
    if (upper.max) rule.max = upper.max;
    if (upper.count_max) rule.count_max = upper.count_max;
    if (!upper.values.empty()) rule.values = upper.values;
    if (upper.refused_while_reasoning.stated()) rule.refused_while_reasoning = upper.refused_while_reasoning;
    if (upper.essential.stated()) rule.essential = upper.essential;
    if (!upper.excludes.empty()) rule.excludes = upper.excludes;
}

template <class Enum>
std::optional<Enum> find_word(std::span<const std::string_view> words, std::string_view word) noexcept {
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == word) return static_cast<Enum>(i);
    }
    return std::nullopt;
}

}  // namespace

std::string_view to_string(Support support) noexcept {
    switch (support) {
        case Support::unknown:
            return "unknown";
        case Support::native:
            return "native";
        case Support::emulated:
            return "emulated";
        case Support::absent:
            return "absent";
    }
    return "unknown";
}

std::optional<Support> support_from(std::string_view word) noexcept {
    if (word == "native") return Support::native;
    if (word == "emulated") return Support::emulated;
    if (word == "absent") return Support::absent;
    return std::nullopt;
}

std::string_view to_string(Feature feature) noexcept {
    switch (feature) {
        case Feature::streaming:
            return "streaming";
        case Feature::system_role:
            return "system_role";
        case Feature::tools:
            return "tools";
        case Feature::parallel_tools:
            return "parallel_tools";
        case Feature::tool_choice_required:
            return "tool_choice_required";
        case Feature::tool_choice_named:
            return "tool_choice_named";
        case Feature::custom_tools:
            return "custom_tools";
        case Feature::strict_tools:
            return "strict_tools";
        case Feature::json_object:
            return "json_object";
        case Feature::json_schema:
            return "json_schema";
        case Feature::image_input:
            return "image_input";
        case Feature::image_url_input:
            return "image_url_input";
        case Feature::pdf_input:
            return "pdf_input";
        case Feature::file_url_input:
            return "file_url_input";
        case Feature::audio_input:
            return "audio_input";
        case Feature::audio_output:
            return "audio_output";
        case Feature::assistant_prefill:
            return "assistant_prefill";
        case Feature::reasoning:
            return "reasoning";
        case Feature::reasoning_off:
            return "reasoning_off";
        case Feature::reasoning_default:
            return "reasoning_default";
        case Feature::prompt_caching:
            return "prompt_caching";
        case Feature::web_search:
            return "web_search";
        case Feature::prediction:
            return "prediction";
        case Feature::continuation:
            return "continuation";
        case Feature::dimensions:
            return "dimensions";
        case Feature::token_input:
            return "token_input";
        case Feature::completions:
            return "completions";
    }
    return "";
}

std::optional<Feature> feature_from(std::string_view word) noexcept {
    return find_word<Feature>(feature_words(), word);
}

std::string_view to_string(Parameter parameter) noexcept {
    switch (parameter) {
        case Parameter::temperature:
            return "temperature";
        case Parameter::top_p:
            return "top_p";
        case Parameter::top_k:
            return "top_k";
        case Parameter::frequency_penalty:
            return "frequency_penalty";
        case Parameter::presence_penalty:
            return "presence_penalty";
        case Parameter::seed:
            return "seed";
        case Parameter::stop:
            return "stop";
        case Parameter::n:
            return "n";
        case Parameter::logprobs:
            return "logprobs";
        case Parameter::top_logprobs:
            return "top_logprobs";
        case Parameter::logit_bias:
            return "logit_bias";
        case Parameter::max_tokens:
            return "max_tokens";
        case Parameter::reasoning_effort:
            return "reasoning_effort";
        case Parameter::reasoning_budget:
            return "reasoning_budget";
        case Parameter::verbosity:
            return "verbosity";
        case Parameter::service_tier:
            return "service_tier";
        case Parameter::store:
            return "store";
        case Parameter::metadata:
            return "metadata";
        case Parameter::user:
            return "user";
        case Parameter::safety_identifier:
            return "safety_identifier";
        case Parameter::prompt_cache_key:
            return "prompt_cache_key";
        case Parameter::prompt_cache_retention:
            return "prompt_cache_retention";
        case Parameter::modalities:
            return "modalities";
        case Parameter::moderation:
            return "moderation";
        case Parameter::suffix:
            return "suffix";
        case Parameter::echo:
            return "echo";
        case Parameter::best_of:
            return "best_of";
    }
    return "";
}

std::optional<Parameter> parameter_from(std::string_view word) noexcept {
    return find_word<Parameter>(parameter_words(), word);
}

void Capabilities::overlay(const Capabilities& upper) {
    for (std::size_t i = 0; i < kFeatureCount; ++i) {
        if (upper.features_[i] != Support::unknown) features_[i] = upper.features_[i];
    }
    for (std::size_t i = 0; i < kParameterCount; ++i) overlay_rule(rules_[i], upper.rules_[i]);
}

}  // namespace breakwater
