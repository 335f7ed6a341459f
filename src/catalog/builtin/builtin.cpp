#include "breakwater/catalog/catalog.hpp"
#include "tables.hpp"

namespace breakwater {
namespace {

using catalog::CapabilityRow;
using catalog::ModelRow;
using catalog::RuleRow;
using catalog::Words;

std::vector<std::string> to_strings(Words words) {
    return {words.begin(), words.end()};
}

ParameterRule to_rule(const RuleRow& row) {
    ParameterRule rule{.support = row.support,
                       .min = row.min,
                       .max = row.max,
                       .count_max = row.count_max,
                       .values = to_strings(row.values),
                       .excludes = to_strings(row.excludes)};
    if (row.refused_while_reasoning) rule.refused_while_reasoning = *row.refused_while_reasoning;
    if (row.essential) rule.essential = *row.essential;
    return rule;
}

Capabilities to_capabilities(const CapabilityRow& row) {
    Capabilities map;
    for (const auto& [feature, support] : row.features) map.set(feature, support);
    for (const RuleRow& rule : row.rules) map.rule(rule.parameter) = to_rule(rule);
    return map;
}

ModelFacts to_facts(const ModelRow& row) {
    return {.vendor = std::string(row.vendor),
            .id = std::string(row.id),
            .name = std::string(row.name),
            .mode = row.mode,
            .api = std::string(row.api),
            .context = row.context,
            .max_input = row.max_input,
            .max_output = row.max_output,
            .input_modalities = to_strings(row.input_modalities),
            .output_modalities = to_strings(row.output_modalities),
            .price = row.price,
            .released = std::string(row.released),
            .deprecated = std::string(row.deprecated),
            .status = std::string(row.status),
            .embedding_dimensions = row.embedding_dimensions,
            .capabilities = to_capabilities(catalog::capability_rows()[row.capabilities])};
}

Catalog make_builtin() {
    std::vector<ModelFacts> models;
    models.reserve(catalog::model_rows().size());
    for (const ModelRow& row : catalog::model_rows()) models.push_back(to_facts(row));
    return Catalog::from_models(std::move(models));
}

}  // namespace

const Catalog& Catalog::builtin() {
    static const Catalog kCatalog = make_builtin();
    return kCatalog;
}

}  // namespace breakwater
