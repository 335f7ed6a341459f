#include "capability_reader.hpp"

#include <string>

#include "breakwater/base/strings.hpp"
#include "breakwater/catalog/capability_keys.hpp"

namespace breakwater::catalog {
namespace {

[[noreturn]] void reject_word(const YAML::Node& node, std::string_view what,
                              std::span<const std::string_view> expected) {
    std::string message = "unknown " + std::string(what) + " \"" + node.Scalar() + "\"";
    if (const auto guess = nearest(node.Scalar(), expected); !guess.empty()) {
        message += ", did you mean \"" + std::string(guess) + "\"?";
    }
    reject(node, message);
}

Support read_support(const YAML::Node& node) {
    const auto support = support_from(read_text(node));
    if (!support) reject_word(node, "support", support_words());
    return *support;
}

std::vector<std::string> read_parameters(const YAML::Node& node) {
    auto words = read_words(node);
    for (const auto& entry : node) {
        if (!parameter_from(entry.Scalar())) reject_word(entry, "parameter", parameter_words());
    }
    return words;
}

ParameterRule read_rule(const YAML::Node& node, std::string_view name) {
    ParameterRule rule;
    if (node.IsScalar()) {
        rule.support = read_support(node);
        return rule;
    }
    Fields fields(node, name);
    if (auto value = fields.take("support"); value.IsDefined()) rule.support = read_support(value);
    if (auto value = fields.take("min"); value.IsDefined()) rule.min = read_number(value);
    if (auto value = fields.take("max"); value.IsDefined()) rule.max = read_number(value);
    if (auto value = fields.take("count_max"); value.IsDefined()) rule.count_max = read_count(value);
    if (auto value = fields.take("values"); value.IsDefined()) rule.values = read_words(value);
    if (auto value = fields.take("refused_while_reasoning"); value.IsDefined()) {
        rule.refused_while_reasoning = read_flag(value);
    }
    if (auto value = fields.take("essential"); value.IsDefined()) rule.essential = read_flag(value);
    if (auto value = fields.take("excludes"); value.IsDefined()) rule.excludes = read_parameters(value);
    fields.finish();
    if (rule.min && rule.max && *rule.min > *rule.max) reject(node, std::string(name) + ": min is above max");
    return rule;
}

void read_features(const YAML::Node& node, Capabilities& capabilities) {
    Fields unique(node, "features");
    for (const auto& entry : node) {
        const auto feature = feature_from(read_text(entry.first));
        if (!feature) reject_word(entry.first, "feature", feature_words());
        capabilities.set(*feature, read_support(entry.second));
    }
}

void read_rules(const YAML::Node& node, Capabilities& capabilities) {
    Fields unique(node, "parameters");
    for (const auto& entry : node) {
        const auto parameter = parameter_from(read_text(entry.first));
        if (!parameter) reject_word(entry.first, "parameter", parameter_words());
        capabilities.rule(*parameter) = read_rule(entry.second, to_string(*parameter));
    }
}

}  // namespace

Capabilities read_capabilities(Fields& fields) {
    Capabilities capabilities;
    if (auto node = fields.take("features"); node.IsDefined()) read_features(node, capabilities);
    if (auto node = fields.take("parameters"); node.IsDefined()) read_rules(node, capabilities);
    return capabilities;
}

}  // namespace breakwater::catalog
