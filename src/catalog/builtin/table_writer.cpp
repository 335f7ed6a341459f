#include "table_writer.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <string_view>

namespace breakwater::catalog {
namespace {

std::string quote(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"";
}

std::string number(double value) {
    char buffer[32];
    const auto end = std::to_chars(std::begin(buffer), std::end(buffer), value).ptr;
    std::string text(std::begin(buffer), end);
    if (text.find_first_of(".e") == std::string::npos) text += ".0";
    return text;
}

std::string optional_number(const std::optional<double>& value) {
    return value ? number(*value) : "{}";
}
std::string optional_count(const std::optional<std::int64_t>& value) {
    return value ? std::to_string(*value) : "{}";
}

std::string flag(const Flag& value) {
    if (!value.stated()) return "{}";
    return value ? "true" : "false";
}

std::string scoped(std::string_view type, std::string_view word) {
    return std::string(type) + "::" + std::string(word);
}

/// Names the distinct word lists and writes one array for each.
class WordLists {
public:
    std::string name_of(const std::vector<std::string>& words) {
        if (words.empty()) return "{}";
        const auto [place, added] = names_.try_emplace(words, "kWords" + std::to_string(names_.size()));
        if (added) {
            text_ += "constexpr std::string_view " + place->second + "[] = {";
            for (const std::string& word : words) text_ += quote(word) + ", ";
            text_ += "};\n";
        }
        return place->second;
    }
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

private:
    std::map<std::vector<std::string>, std::string> names_;
    std::string text_;
};

std::string rule_row(Parameter parameter, const ParameterRule& rule, WordLists& lists) {
    return "    {" + scoped("Parameter", to_string(parameter)) + ", " + scoped("Support", to_string(rule.support)) +
           ", " + optional_number(rule.min) + ", " + optional_number(rule.max) + ", " + optional_count(rule.count_max) +
           ", " + lists.name_of(rule.values) + ", " + flag(rule.refused_while_reasoning) + ", " + flag(rule.essential) +
           ", " + lists.name_of(rule.excludes) + "},\n";
}

std::string feature_rows(const Capabilities& map) {
    std::string rows;
    for (std::size_t i = 0; i < kFeatureCount; ++i) {
        const auto feature = static_cast<Feature>(i);
        if (map.feature(feature) == Support::unknown) continue;
        rows += "    {" + scoped("Feature", to_string(feature)) + ", " +
                scoped("Support", to_string(map.feature(feature))) + "},\n";
    }
    return rows;
}

std::string rule_rows(const Capabilities& map, WordLists& lists) {
    std::string rows;
    for (std::size_t i = 0; i < kParameterCount; ++i) {
        const auto parameter = static_cast<Parameter>(i);
        if (map.rule(parameter) != ParameterRule{}) rows += rule_row(parameter, map.rule(parameter), lists);
    }
    return rows;
}

std::string price(const Price& price) {
    return "{" + optional_number(price.input) + ", " + optional_number(price.cached) + ", " +
           optional_number(price.cache_write) + ", " + optional_number(price.cache_write_1h) + ", " +
           optional_number(price.output) + ", " + optional_number(price.reasoning) + "}";
}

std::string model_row(const ModelFacts& model, std::size_t capabilities, WordLists& lists) {
    return "    {" + quote(model.vendor) + ", " + quote(model.id) + ", " + quote(model.name) + ", " +
           scoped("ModelMode", to_string(model.mode)) + ", " + quote(model.api) + ", " + optional_count(model.context) +
           ", " + optional_count(model.max_input) + ", " + optional_count(model.max_output) + ", " +
           lists.name_of(model.input_modalities) + ", " + lists.name_of(model.output_modalities) + ", " +
           price(model.price) + ", " + quote(model.released) + ", " + quote(model.deprecated) + ", " +
           quote(model.status) + ", " + optional_count(model.embedding_dimensions) + ", " +
           std::to_string(capabilities) + "},\n";
}

/// An array, or nothing at all for no rows, as C++ has no empty arrays.
std::string array(std::string_view type, const std::string& name, const std::string& rows) {
    if (rows.empty()) return {};
    return "constexpr " + std::string(type) + " " + name + "[] = {\n" + rows + "};\n";
}

}  // namespace

std::string write_tables(const Catalog& catalog) {
    WordLists lists;
    std::vector<const Capabilities*> maps;
    std::string arrays;
    std::string capability_table;
    std::string model_table;
    for (const ModelFacts& model : catalog.models()) {
        auto same = std::ranges::find_if(maps, [&](const Capabilities* map) { return *map == model.capabilities; });
        const auto index = static_cast<std::size_t>(same - maps.begin());
        if (same == maps.end()) {
            maps.push_back(&model.capabilities);
            const std::string features = feature_rows(model.capabilities);
            const std::string rules = rule_rows(model.capabilities, lists);
            const std::string suffix = std::to_string(index);
            arrays += array("FeatureRow", "kFeatures" + suffix, features) + array("RuleRow", "kRules" + suffix, rules);
            capability_table += "    {" + (features.empty() ? "{}" : "kFeatures" + suffix) + ", " +
                                (rules.empty() ? "{}" : "kRules" + suffix) + "},\n";
        }
        model_table += model_row(model, index, lists);
    }
    return "// Written by breakwater_catalog_embed from config/catalog/*.yaml.\n#include \"tables.hpp\"\n\n"
           "namespace breakwater::catalog {\nnamespace {\n\n" +
           lists.text() + arrays + array("CapabilityRow", "kCapabilityRows", capability_table) +
           array("ModelRow", "kModelRows", model_table) +
           "\n}  // namespace\n\nstd::span<const CapabilityRow> capability_rows() noexcept { return kCapabilityRows; "
           "}\n"
           "std::span<const ModelRow> model_rows() noexcept { return kModelRows; }\n\n"
           "}  // namespace breakwater::catalog\n";
}

}  // namespace breakwater::catalog
