#include <fmt/format.h>

#include <algorithm>

#include "check.hpp"
#include "constraint_keys.hpp"
#include "redaction.hpp"
#include "sections.hpp"
#include "suggestions.hpp"

namespace breakwater::config {
namespace {

using Names = std::vector<std::string_view>;

bool contains(const Names& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

/// Reports each name of a list that is not among the known ones: no deployment could ever meet it.
void check_names(MapReader section, std::string_view key, const std::string& path, const Names& known,
                 std::string_view what, LoadContext& context) {
    if (!context.complete) return;
    for (const Node* node : section.list(key)) {
        if (contains(known, node->text)) continue;
        context.problems.add(node->mark, fmt::format("`{}.{}`: there is no {} {}", path, key, what, shown(*node)),
                             did_you_mean(node->text, known));
    }
}

void check_scores(MapReader section, const std::string& path, LoadContext& context) {
    const Node* node = section.find("min");
    if (node == nullptr || !context.complete) return;
    Names known{"tokens_per_second"};
    for (const Deployment& deployment : context.config.deployments) {
        for (const auto& [name, score] : deployment.quality) known.emplace_back(name);
    }
    for (const MapEntry& entry : node->entries) {
        if (contains(known, entry.key)) continue;
        context.problems.add(
            entry.key_mark,
            fmt::format("`{}.min`: no deployment has the score \"{}\" in its `quality`", path, shown_key(entry.key)),
            did_you_mean(entry.key, known));
    }
}

void check_places(MapReader section, const std::string& path, LoadContext& context) {
    Names tags;
    Names regions;
    Names names;
    for (const Deployment& deployment : context.config.deployments) {
        tags.insert(tags.end(), deployment.tags.begin(), deployment.tags.end());
        if (!deployment.region.empty()) regions.emplace_back(deployment.region);
        names.emplace_back(deployment.name);
    }
    for (const Provider& provider : context.config.providers) names.emplace_back(provider.name);
    check_names(section, "tags", path, tags, "deployment with the tag", context);
    check_names(section, "region", path, regions, "deployment in the region", context);
    check_names(section, "only", path, names, "deployment and no provider", context);
    check_names(section, "not", path, names, "deployment and no provider", context);
}

void read_require(MapReader map, Constraints::Require& require) {
    for (const KeySpec& key : require_keys()) {
        const std::optional<Need> need = need_from(key.name);
        if (!need || map.find(key.name) == nullptr) continue;
        bool on = false;
        map.boolean(key.name, on);
        require.needs.set(*need, on);
    }
    if (const auto value = map.count("context")) require.context = value;
    if (const auto value = map.count("max_output")) require.max_output = value;
}

void read_span(MapReader map, std::string_view key, std::optional<milliseconds>& out) {
    if (map.find(key) == nullptr) return;
    milliseconds value{0};
    map.duration(key, value);
    out = value;
}

void read_max(MapReader map, Constraints::Max& max) {
    if (const auto value = map.number("price_input")) max.price_input = value;
    if (const auto value = map.number("price_output")) max.price_output = value;
    if (const auto value = map.number("cost")) max.cost = value;
    read_span(map, "first_token_p50", max.first_token_p50);
    read_span(map, "first_token_p95", max.first_token_p95);
    read_span(map, "gap_p95", max.gap_p95);
}

void read_min(MapReader section, Constraints::Min& min) {
    if (section.find("min") == nullptr) return;
    min = {};
    for (auto& [name, value] : section.numbers("min")) {
        if (name == "tokens_per_second") {
            min.tokens_per_second = value;
        } else {
            min.quality.emplace_back(name, value);
        }
    }
}

void read_lists(MapReader section, std::string_view key, std::vector<Constraints::Names>& out) {
    if (section.find(key) == nullptr) return;
    out.assign(1, {});
    section.texts(key, out.front());
}

}  // namespace

void read_constraints(MapReader section, const std::string& path, Constraints& constraints, LoadContext& context) {
    read_require(section.map("require"), constraints.require);
    read_max(section.map("max"), constraints.max);
    read_min(section, constraints.min);
    section.texts("tags", constraints.tags);
    read_lists(section, "region", constraints.regions);
    read_lists(section, "only", constraints.only);
    section.texts("not", constraints.excluded);
    check_scores(section, path, context);
    check_places(section, path, context);
}

}  // namespace breakwater::config
