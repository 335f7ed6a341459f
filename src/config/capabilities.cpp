#include "breakwater/catalog/capabilities.hpp"

#include <fmt/format.h>

#include "sections.hpp"

namespace breakwater::config {
namespace {

std::vector<std::string> texts(MapReader map, std::string_view key) {
    std::vector<std::string> values;
    for (const Node* item : map.list(key)) values.push_back(item->text);
    return values;
}

Flag flag(MapReader map, std::string_view key) {
    if (map.find(key) == nullptr) return {};
    bool value = false;
    map.boolean(key, value);
    return value;
}

ParameterRule read_rule(const Node& node, const std::string& path, LoadContext& context) {
    ParameterRule rule;
    if (node.kind == Node::Kind::scalar) {
        rule.support = support_from(node.text).value_or(Support::unknown);
        return rule;
    }
    const MapReader map(&node);
    if (const Node* support = map.find("support"))
        rule.support = support_from(support->text).value_or(Support::unknown);
    rule.min = map.number("min");
    rule.max = map.number("max");
    if (const auto count = map.integer("count_max")) rule.count_max = static_cast<std::int64_t>(*count);
    rule.values = texts(map, "values");
    rule.refused_while_reasoning = flag(map, "refused_while_reasoning");
    rule.essential = flag(map, "essential");
    rule.excludes = texts(map, "excludes");
    if (rule.min && rule.max && *rule.min > *rule.max) {
        context.problems.add(map.mark("max"), fmt::format("`{}`: `max` is below `min`", path), "swap the two");
    }
    return rule;
}

}  // namespace

Capabilities read_capabilities(MapReader section, const std::string& path, LoadContext& context) {
    Capabilities capabilities;
    if (const Node* features = section.find("features")) {
        for (const MapEntry& entry : features->entries) {
            const auto feature = feature_from(entry.key);
            if (feature && !entry.value->broken)
                capabilities.set(*feature, support_from(entry.value->text).value_or(Support::unknown));
        }
    }
    if (const Node* parameters = section.find("parameters")) {
        for (const MapEntry& entry : parameters->entries) {
            const auto parameter = parameter_from(entry.key);
            if (parameter && !entry.value->broken)
                capabilities.rule(*parameter) =
                    read_rule(*entry.value, fmt::format("{}.parameters.{}", path, entry.key), context);
        }
    }
    return capabilities;
}

}  // namespace breakwater::config
