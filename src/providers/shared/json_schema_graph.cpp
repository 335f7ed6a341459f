#include <algorithm>
#include <vector>

#include "breakwater/base/strings.hpp"
#include "json_schema.hpp"

namespace breakwater::json_schema {

namespace {

using Element = JsonReader::Element;

/// Depth-first search over the graph that $ref make of a schema.
class CycleSearch {
public:
    explicit CycleSearch(Element root) : root_(root) {}

    bool found_below(Element element) {
        JsonReader::Object object;
        if (element.get(object)) {
            return std::ranges::any_of(object, [&](const auto field) {
                return field.key == "$ref" ? found_behind(field.value) : found_below(field.value);
            });
        }
        JsonReader::Array array;
        if (!element.get(array)) return false;
        return std::ranges::any_of(array, [&](Element member) { return found_below(member); });
    }

private:
    bool found_behind(Element ref) {
        std::string_view name;
        if (!ref.get(name)) return found_below(ref);  // a property that happens to be called $ref
        if (name == "#" || std::ranges::find(open_, name) != open_.end()) return true;
        if (std::ranges::find(done_, name) != done_.end()) return false;
        const std::optional<Element> target = resolve(root_, name);
        if (!target) return false;
        open_.push_back(name);
        const bool found = found_below(*target);
        open_.pop_back();
        done_.push_back(name);
        return found;
    }

    Element root_;
    std::vector<std::string_view> open_;
    std::vector<std::string_view> done_;
};

}  // namespace

std::optional<Element> resolve(Element root, std::string_view ref) {
    if (!ref.starts_with('#')) return std::nullopt;
    const std::optional<std::string> pointer = percent_decode(ref.substr(1));
    if (!pointer) return std::nullopt;
    if (pointer->empty()) return root;
    Element target;
    if (!root.at_pointer(*pointer).get(target)) return std::nullopt;
    return target;
}

bool is_recursive(Element schema) {
    return CycleSearch(schema).found_below(schema);
}

bool has_maps(Element schema) {
    JsonReader::Object object;
    if (schema.get(object)) {
        return std::ranges::any_of(object, [](const auto field) {
            return (field.key == "additionalProperties" && field.value.is_object()) || has_maps(field.value);
        });
    }
    JsonReader::Array array;
    if (!schema.get(array)) return false;
    return std::ranges::any_of(array, [](Element member) { return has_maps(member); });
}

bool wants_objects(Element schema) {
    const auto type = get_value(schema, "type");
    if (!type) return get_object(schema, "properties").has_value();
    std::string_view name;
    JsonReader::Array types;
    if (!type->get(types)) return type->get(name) && name == "object";
    return types.size() == 1 && types.at(0).get(name) && name == "object";
}

bool same_value(Element a, Element b) {
    JsonReader::Object members_a;
    JsonReader::Object members_b;
    if (a.get(members_a) && b.get(members_b)) {
        return members_a.size() == members_b.size() && std::ranges::all_of(members_a, [&](const auto field) {
                   Element other;
                   return members_b[field.key].get(other) && same_value(field.value, other);
               });
    }
    JsonReader::Array items_a;
    JsonReader::Array items_b;
    if (a.get(items_a) && b.get(items_b)) {
        return std::ranges::equal(items_a, items_b, same_value);
    }
    return to_json(a) == to_json(b);
}

}  // namespace breakwater::json_schema
