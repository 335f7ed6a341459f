#include "schema_facets.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "breakwater/base/strings.hpp"

namespace breakwater::sim {
namespace {

using Element = JsonReader::Element;

/// Of references and combinations inside each other; a schema with more only refers to itself.
constexpr std::size_t kDepthMax = 16;
constexpr std::size_t kFacetsMax = 64;

/// "#", "#/$defs/Node": the schema of that name.
std::optional<Element> resolve(Element root, std::string_view reference) {
    if (reference == "#") return root;
    if (!reference.starts_with("#/")) return std::nullopt;
    const auto pointer = percent_decode(reference.substr(1));
    Element target;
    if (!pointer || !root.at_pointer(*pointer).get(target)) return std::nullopt;
    return target;
}

/// True when the branch plainly comes to an end, without another schema inside.
bool is_flat(Element branch) {
    if (!branch.is_object()) return false;
    for (const std::string_view keyword : {"$ref", "properties", "items", "anyOf", "oneOf", "allOf", "prefixItems"}) {
        if (get_value(branch, keyword)) return false;
    }
    return true;
}

bool is_null(Element branch) {
    return get_string(branch, "type") == "null";
}

/// The first branch that is not null; where an end must be found, the first flat one, null included.
std::optional<Element> choose(JsonArray branches, bool shortest) {
    std::optional<Element> fallback;
    for (const Element branch : branches) {
        const bool fits = shortest ? is_flat(branch) : branch.is_object() && !is_null(branch);
        if (fits) return branch;
        if (!fallback) fallback = branch;
    }
    return fallback;
}

/// What a type may be told by when the schema does not state it.
struct Hint {
    std::string_view keyword;
    std::string_view type;
};
constexpr std::array kHints{
    Hint{"properties", "object"}, Hint{"required", "object"},         Hint{"additionalProperties", "object"},
    Hint{"items", "array"},       Hint{"prefixItems", "array"},       Hint{"minItems", "array"},
    Hint{"minimum", "number"},    Hint{"maximum", "number"},          Hint{"exclusiveMinimum", "number"},
    Hint{"multipleOf", "number"}, Hint{"exclusiveMaximum", "number"},
};

}  // namespace

SchemaFacets::SchemaFacets(Element root, Element schema, bool shortest) {
    add(root, schema, shortest, 0);
}

void SchemaFacets::add(Element root, Element schema, bool shortest, std::size_t depth) {
    if (!schema.is_object() || depth > kDepthMax || facets_.size() >= kFacetsMax) return;
    facets_.push_back(schema);
    if (const auto reference = get_string(schema, "$ref")) {
        if (const auto target = resolve(root, *reference)) add(root, *target, shortest, depth + 1);
    }
    if (const auto all = get_array(schema, "allOf")) {
        for (const Element member : *all) add(root, member, shortest, depth + 1);
    }
    for (const std::string_view keyword : {"anyOf", "oneOf"}) {
        const auto branches = get_array(schema, keyword);
        const auto branch = branches ? choose(*branches, shortest) : std::nullopt;
        if (branch) add(root, *branch, shortest, depth + 1);
    }
}

std::optional<Element> SchemaFacets::find(std::string_view keyword) const {
    for (const Element facet : facets_) {
        if (const auto value = get_value(facet, keyword)) return value;
    }
    return std::nullopt;
}

std::vector<Element> SchemaFacets::find_all(std::string_view keyword) const {
    std::vector<Element> values;
    for (const Element facet : facets_) {
        if (const auto value = get_value(facet, keyword)) values.push_back(*value);
    }
    return values;
}

std::optional<double> SchemaFacets::largest(std::string_view keyword) const {
    std::optional<double> result;
    for (const Element facet : facets_) {
        if (const auto value = get_double(facet, keyword)) result = std::max(result.value_or(*value), *value);
    }
    return result;
}

std::optional<double> SchemaFacets::smallest(std::string_view keyword) const {
    std::optional<double> result;
    for (const Element facet : facets_) {
        if (const auto value = get_double(facet, keyword)) result = std::min(result.value_or(*value), *value);
    }
    return result;
}

std::string_view SchemaFacets::type() const {
    std::string_view stated;
    for (const Element type : find_all("type")) {
        std::string_view word;
        if (type.get(word)) return word;
        JsonArray words;
        if (!type.get(words)) continue;
        for (const Element candidate : words) {
            if (!candidate.get(word)) continue;
            if (word != "null") return word;
            stated = word;
        }
    }
    if (!stated.empty()) return stated;
    for (const Hint& hint : kHints) {
        if (find(hint.keyword)) return hint.type;
    }
    return "string";
}

}  // namespace breakwater::sim
