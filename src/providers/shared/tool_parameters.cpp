#include <algorithm>
#include <utility>
#include <vector>

#include "breakwater/base/strings.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "json_schema.hpp"

namespace breakwater::json_schema {

namespace {

using Element = JsonReader::Element;
using Object = JsonReader::Object;
using Names = std::vector<std::string_view>;
using Member = std::pair<std::string_view, Element>;

constexpr int kDepthMax = 16;

bool is_union(std::string_view key) {
    return key == "anyOf" || key == "oneOf";
}

/// What the branches of a root say together: a property that any branch has, required where all branches that apply
/// require it.
struct Merged {
    std::vector<Member> properties;
    Names required;
};

void add_properties(Merged& merged, Element value) {
    Object object;
    if (!value.get(object)) return;
    for (const auto field : object) {
        if (std::ranges::find(merged.properties, field.key, &Member::first) == merged.properties.end()) {
            merged.properties.emplace_back(field.key, field.value);
        }
    }
}

void add_required(Names& required, std::string_view name) {
    if (std::ranges::find(required, name) == required.end()) required.push_back(name);
}

Merged merge(Element root, Element schema, int depth);

// anyOf and oneOf: every property of every branch, and of the required ones those that no branch leaves out.
void merge_union(Element root, Element branches, Merged& merged, int depth) {
    JsonReader::Array array;
    if (!branches.get(array)) return;
    std::optional<Names> common;
    for (const Element branch : array) {
        Merged one = merge(root, branch, depth);
        for (const auto& property : one.properties) {
            if (std::ranges::find(merged.properties, property.first, &Member::first) == merged.properties.end()) {
                merged.properties.push_back(property);
            }
        }
        if (common) {
            std::erase_if(*common, [&](std::string_view name) {
                return std::ranges::find(one.required, name) == one.required.end();
            });
        } else {
            common = std::move(one.required);
        }
    }
    for (const std::string_view name : common.value_or(Names{})) add_required(merged.required, name);
}

void merge_into(Element root, Element schema, Merged& merged, int depth) {
    Object object;
    if (depth > kDepthMax || !schema.get(object)) return;
    for (const auto field : object) {
        JsonReader::Array array;
        std::string_view text;
        if (field.key == "properties") {
            add_properties(merged, field.value);
        } else if (field.key == "required" && field.value.get(array)) {
            for (const Element name : array) {
                if (name.get(text)) add_required(merged.required, text);
            }
        } else if (field.key == "allOf" && field.value.get(array)) {
            for (const Element member : array) merge_into(root, member, merged, depth + 1);
        } else if (is_union(field.key)) {
            merge_union(root, field.value, merged, depth + 1);
        } else if (field.key == "$ref" && field.value.get(text)) {
            if (const std::optional<Element> target = resolve(root, text)) merge_into(root, *target, merged, depth + 1);
        }
    }
}

Merged merge(Element root, Element schema, int depth) {
    Merged merged;
    merge_into(root, schema, merged, depth);
    return merged;
}

bool allows_object(Element type) {
    std::string_view name;
    if (type.get(name)) return name == "object";
    JsonReader::Array names;
    if (!type.get(names)) return false;
    return std::ranges::any_of(names, [&](Element one) { return one.get(name) && name == "object"; });
}

std::string rewrite(Element root, Object object) {
    const Merged merged = merge(root, root, 0);
    std::string out;
    JsonWriter writer(out);
    writer.begin_object().field("type", "object");
    for (const auto field : object) {
        const std::string_view key = field.key;
        if (key == "type" || key == "properties" || key == "required" || key == "allOf" || key == "$ref" ||
            is_union(key))
            continue;
        writer.raw_field(key, to_json(field.value));
    }
    writer.key("properties").begin_object();
    for (const auto& [name, schema] : merged.properties) writer.raw_field(name, to_json(schema));
    writer.end_object();
    if (!merged.required.empty()) {
        writer.key("required").begin_array();
        for (const std::string_view name : merged.required) writer.string(name);
        writer.end_array();
    }
    writer.end_object();
    return out;
}

}  // namespace

Result<std::string> tool_parameters(std::string_view json, JsonReader& reader) {
    if (trim(json).empty()) return std::string(kNoParameters);
    const Result<Element> root = reader.parse(json);
    if (!root) return std::unexpected(root.error());
    if (root->is_null()) return std::string(kNoParameters);
    Object object;
    if (!root->get(object)) return fail(ErrorKind::invalid_request, "Tool parameters must be a JSON schema object.");
    if (object.size() == 0) return std::string(kNoParameters);

    const std::optional<Element> type = get_value(*root, "type");
    if (type && !allows_object(*type))
        return fail(ErrorKind::invalid_request, "Tool parameters must be a JSON schema of type object.");
    const bool plain = get_string(*root, "type") == "object" && std::ranges::none_of(object, [](const auto field) {
                           return field.key == "allOf" || field.key == "$ref" || is_union(field.key);
                       });
    return plain ? std::string(json) : rewrite(*root, object);
}

}  // namespace breakwater::json_schema
