#include "breakwater/ingress/openai_models.hpp"

#include <optional>
#include <string_view>

#include "../shared/json_fields.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater {
namespace {

using ingress::write_known;

void write_words(JsonWriter& json, std::string_view name, const std::vector<std::string>& words) {
    if (words.empty()) return;
    json.key(name).begin_array();
    for (const std::string& word : words) json.string(word);
    json.end_array();
}

void write_modalities(JsonWriter& json, const ModelFacts& facts) {
    if (facts.input_modalities.empty() && facts.output_modalities.empty()) return;
    json.key("modalities").begin_object();
    write_words(json, "input", facts.input_modalities);
    write_words(json, "output", facts.output_modalities);
    json.end_object();
}

void write_pricing(JsonWriter& json, const Price& price) {
    if (price == Price{}) return;
    json.key("pricing").begin_object().field("currency", "USD").field("per_tokens", 1'000'000);
    write_known(json, "input", price.input);
    write_known(json, "cached", price.cached);
    write_known(json, "cache_write", price.cache_write);
    write_known(json, "cache_write_1h", price.cache_write_1h);
    write_known(json, "output", price.output);
    write_known(json, "reasoning", price.reasoning);
    json.end_object();
}

void write_features(JsonWriter& json, const Capabilities& capabilities) {
    json.key("features").begin_object();
    for (std::size_t i = 0; i < kFeatureCount; ++i) {
        const auto feature = static_cast<Feature>(i);
        const Support support = capabilities.feature(feature);
        if (support != Support::unknown) json.field(to_string(feature), to_string(support));
    }
    json.end_object();
}

void write_rule(JsonWriter& json, const ParameterRule& rule) {
    json.begin_object();
    if (rule.support != Support::unknown) json.field("support", to_string(rule.support));
    write_known(json, "min", rule.min);
    write_known(json, "max", rule.max);
    write_known(json, "count_max", rule.count_max);
    write_words(json, "values", rule.values);
    if (rule.refused_while_reasoning) json.field("refused_while_reasoning", true);
    if (rule.essential) json.field("essential", true);
    write_words(json, "excludes", rule.excludes);
    json.end_object();
}

void write_parameters(JsonWriter& json, const Capabilities& capabilities) {
    json.key("parameters").begin_object();
    for (std::size_t i = 0; i < kParameterCount; ++i) {
        const auto parameter = static_cast<Parameter>(i);
        const ParameterRule& rule = capabilities.rule(parameter);
        if (rule == ParameterRule{}) continue;
        json.key(to_string(parameter));
        write_rule(json, rule);
    }
    json.end_object();
}

void write_model(JsonWriter& json, const ModelEntry& model) {
    json.begin_object().field("id", model.id).field("object", "model");
    json.field("created", model.created).field("owned_by", model.owned_by);
    write_known(json, "context_length", model.facts.context);
    write_known(json, "max_output_tokens", model.facts.max_output);
    write_modalities(json, model.facts);
    write_pricing(json, model.facts.price);
    json.key("capabilities").begin_object();
    write_features(json, model.capabilities);
    write_parameters(json, model.capabilities);
    json.end_object();
    write_words(json, "deployments", model.deployments);
    if (!model.facts.deprecated.empty()) json.field("deprecated", model.facts.deprecated);
    json.end_object();
}

}  // namespace

std::string models_list_json(std::span<const ModelEntry> models) {
    std::string body;
    JsonWriter json(body);
    json.begin_object().field("object", "list").key("data").begin_array();
    for (const ModelEntry& model : models) write_model(json, model);
    json.end_array().end_object();
    return body;
}

std::string model_json(const ModelEntry& model) {
    std::string body;
    JsonWriter json(body);
    write_model(json, model);
    return body;
}

}  // namespace breakwater
