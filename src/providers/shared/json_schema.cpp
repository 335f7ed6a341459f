#include "json_schema.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "breakwater/base/strings.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::json_schema {

namespace {

using Element = JsonReader::Element;
using Object = JsonReader::Object;
using Member = std::pair<std::string_view, Element>;

// No provider compiles schemas nested deeper than this, and recursion here must end.
constexpr std::size_t kDepthMax = 64;

// References can say in a line what takes gigabytes when it is written out, and no model takes a schema as long as
// this.
constexpr std::size_t kBytesMax = 1u << 20;

bool contains(std::span<const std::string_view> words, std::string_view word) {
    return std::ranges::find(words, word) != words.end();
}

bool holds_schema(std::string_view keyword) {
    static constexpr std::string_view kWords[] = {
        "items", "additionalProperties", "contains", "propertyNames", "not", "if", "then",
        "else",  "unevaluatedProperties"};
    return contains(kWords, keyword);
}

bool holds_schema_list(std::string_view keyword) {
    return keyword == "anyOf" || keyword == "oneOf" || keyword == "allOf" || keyword == "prefixItems";
}

bool holds_schema_map(std::string_view keyword) {
    return keyword == "properties" || keyword == "$defs" || keyword == "definitions" || keyword == "patternProperties";
}

/// One schema object with everything that was merged into it.
struct Node {
    std::vector<Member> members;  // each keyword once; the first source wins
    std::vector<Member> properties;
    std::vector<std::string_view> required;
    std::size_t refs = 0;  // $ref that are being followed while this node is written
    bool cut = false;      // a cycle ends here

    [[nodiscard]] const Element* find(std::string_view key) const {
        const auto found = std::ranges::find(members, key, &Member::first);
        return found == members.end() ? nullptr : &found->second;
    }
};

class Normaliser {
public:
    Normaliser(Element root, const Pass& pass) : root_(root), pass_(pass), writer_(out_) {}

    Result<std::string> run() {
        write(root_, 0);
        if (error_) return std::unexpected(std::move(*error_));
        return std::move(out_);
    }

private:
    void fail_once(std::string message) {
        if (!error_) error_.emplace(ErrorKind::invalid_request, std::move(message));
    }

    void write(Element schema, std::size_t depth) {
        Object object;
        if (depth > kDepthMax) fail_once("The JSON schema is nested too deeply.");
        if (out_.size() > kBytesMax) fail_once("The JSON schema is too long once its references are written out.");
        if (error_ || !schema.get(object)) {  // true, false, or not a schema at all
            writer_.raw(to_json(schema));
            return;
        }
        Node node;
        gather(object, node);
        write_node(node, depth);
        active_refs_.resize(active_refs_.size() - node.refs);
    }

    // Collects the members of `object` and then, as the pass wants it, of what its $ref names and of its allOf: what
    // stands nearest is the most specific, and the first one wins.
    void gather(Object object, Node& node) {
        for (const auto field : object) {
            if (is_elsewhere(field.key)) continue;
            if (field.key == "properties") {
                gather_properties(field.value, node);
            } else if (field.key == "required") {
                gather_required(field.value, node);
            } else if (node.find(field.key) == nullptr) {
                node.members.emplace_back(field.key, field.value);
            }
        }
        for (const auto field : object) {
            if (!is_elsewhere(field.key)) continue;
            if (field.key == "$ref") {
                follow(field.value, node);
            } else {
                gather_all(field.value, node);
            }
        }
    }

    [[nodiscard]] bool is_elsewhere(std::string_view key) const {
        return (key == "$ref" && pass_.inline_refs) || (key == "allOf" && pass_.merge_all_of);
    }

    void follow(Element ref, Node& node) {
        std::string_view name;
        if (!ref.get(name)) return;
        const auto running = static_cast<std::size_t>(std::ranges::count(active_refs_, name));
        if (running > pass_.recursion_max) {
            if (pass_.recursion_max == 0)
                return fail_once("The JSON schema is recursive, which the model does not take.");
            node.cut = true;
            return;
        }
        const std::optional<Element> target = resolve(root_, name);
        Object object;
        if (!target || !target->get(object)) {
            return fail_once("The JSON schema refers to \"" + std::string(name) + "\", which it does not define.");
        }
        active_refs_.push_back(name);
        ++node.refs;
        gather(object, node);
    }

    void gather_all(Element list, Node& node) {
        JsonReader::Array members;
        if (!list.get(members)) return;
        for (const Element member : members) {
            Object object;
            if (member.get(object)) gather(object, node);
        }
    }

    static void gather_properties(Element value, Node& node) {
        Object object;
        if (!value.get(object)) return;
        if (node.find("properties") == nullptr) node.members.emplace_back("properties", value);
        // Names are unique within one object, so only those of the sources before can meet again.
        const auto known = static_cast<std::ptrdiff_t>(node.properties.size());
        for (const auto field : object) {
            const auto end = node.properties.begin() + known;
            if (std::ranges::find(node.properties.begin(), end, field.key, &Member::first) == end) {
                node.properties.emplace_back(field.key, field.value);
            }
        }
    }

    static void gather_required(Element value, Node& node) {
        JsonReader::Array names;
        if (!value.get(names)) return;
        if (node.find("required") == nullptr) node.members.emplace_back("required", value);
        for (const Element element : names) {
            std::string_view name;
            if (element.get(name) && !contains(node.required, name)) node.required.push_back(name);
        }
    }

    void write_node(const Node& node, std::size_t depth) {
        std::string demoted;
        writer_.begin_object();
        if (node.cut && node.find("type") == nullptr) writer_.field("type", "object");
        const bool lone = pass_.lone_refs && !pass_.inline_refs && node.find("$ref") != nullptr;
        for (const auto& [key, value] : node.members) {
            if (lone && !key.starts_with('$')) continue;
            if (is_demoted(key, value)) {
                demote(demoted, key, value);
            } else if (is_kept(key)) {
                write_member(node, key, value, depth);
            }
        }
        if (pass_.close_objects && is_object(node)) writer_.field("additionalProperties", false);
        if (!lone) write_description(node, demoted);
        writer_.end_object();
    }

    [[nodiscard]] bool is_demoted(std::string_view key, Element value) const {
        if (contains(pass_.demote, key)) return true;
        std::string_view format;
        if (key == "format" && !pass_.formats.empty()) {
            return !value.get(format) || !contains(pass_.formats, format);
        }
        std::int64_t count = 0;
        return key == "minItems" && pass_.min_items_max && value.get(count) && count > *pass_.min_items_max;
    }

    [[nodiscard]] bool is_kept(std::string_view key) const {
        if (key == "description") return false;  // written last, with what was demoted
        if (key == "additionalProperties" && pass_.close_objects) return false;
        if ((key == "$defs" || key == "definitions") && pass_.inline_refs) return false;
        if (pass_.keep.empty()) return true;
        if (key == "oneOf" && pass_.one_of_to_any_of) return contains(pass_.keep, "anyOf");
        if (key == "const" && pass_.const_to_enum) return contains(pass_.keep, "enum");
        return contains(pass_.keep, key);
    }

    static void demote(std::string& demoted, std::string_view key, Element value) {
        if (!demoted.empty()) demoted += "; ";
        demoted.append(key).append(": ");
        std::string_view text;
        if (value.get(text)) {
            demoted.append(text);
        } else {
            append_json(demoted, value);
        }
    }

    void write_description(const Node& node, const std::string& demoted) {
        if (!pass_.keep.empty() && !contains(pass_.keep, "description")) return;
        const Element* description = node.find("description");
        std::string_view given;
        std::string text;
        if (description != nullptr && description->get(given)) text = given;
        if (!demoted.empty()) text += (text.empty() ? "" : " ") + demoted + ".";
        if (!text.empty()) writer_.field("description", text);
    }

    static bool is_object(const Node& node) {
        const Element* type = node.find("type");
        if (type == nullptr) return node.find("properties") != nullptr;
        std::string_view name;
        if (type->get(name)) return name == "object";
        JsonReader::Array names;
        if (!type->get(names)) return false;
        return std::ranges::any_of(names, [&](Element one) { return one.get(name) && name == "object"; });
    }

    void write_member(const Node& node, std::string_view key, Element value, std::size_t depth) {
        if (key == "properties") {
            writer_.key(key).begin_object();
            for (const auto& [name, schema] : node.properties) {
                writer_.key(name);
                write(schema, depth + 1);
            }
            writer_.end_object();
        } else if (key == "required") {
            writer_.key(key).begin_array();
            for (const std::string_view name : node.required) writer_.string(name);
            writer_.end_array();
        } else if (key == "type") {
            write_type(node, value);
        } else if (key == "const" && pass_.const_to_enum) {
            if (node.find("enum") == nullptr) writer_.key("enum").begin_array().raw(to_json(value)).end_array();
        } else if (key == "oneOf" && pass_.one_of_to_any_of) {
            if (node.find("anyOf") == nullptr) write_list("anyOf", value, depth);
        } else if (holds_schema_list(key)) {
            write_list(key, value, depth);
        } else if (holds_schema_map(key)) {
            write_map(key, value, depth);
        } else if (holds_schema(key) && value.is_array()) {  // "items" of drafts before 2020-12: a tuple
            write_list(key, value, depth);
        } else if (holds_schema(key)) {
            writer_.key(key);
            write(value, depth + 1);
        } else {
            writer_.raw_field(key, to_json(value));
        }
    }

    void write_list(std::string_view key, Element value, std::size_t depth) {
        JsonReader::Array list;
        if (!value.get(list)) return;
        writer_.key(key).begin_array();
        for (const Element member : list) write(member, depth + 1);
        writer_.end_array();
    }

    void write_map(std::string_view key, Element value, std::size_t depth) {
        Object map;
        if (!value.get(map)) return;
        writer_.key(key).begin_object();
        for (const auto field : map) {
            writer_.key(field.key);
            write(field.value, depth + 1);
        }
        writer_.end_object();
    }

    void write_type(const Node& node, Element value) {
        JsonReader::Array list;
        if (pass_.type_lists == Pass::TypeLists::keep || !value.get(list)) {
            writer_.raw_field("type", to_json(value));
            return;
        }
        const bool fold_null = pass_.type_lists == Pass::TypeLists::nullable;
        std::vector<std::string_view> types;
        bool nullable = false;
        for (const Element element : list) {
            std::string_view name;
            if (!element.get(name)) continue;
            if (fold_null && name == "null")
                nullable = true;
            else
                types.push_back(name);
        }
        if (types.size() == 1) {
            writer_.field("type", types.front());
        } else if (node.find("anyOf") == nullptr) {
            writer_.key("anyOf").begin_array();
            for (const std::string_view name : types) writer_.begin_object().field("type", name).end_object();
            writer_.end_array();
        }
        if (nullable) writer_.field("nullable", true);
    }

    Element root_;
    const Pass& pass_;
    std::string out_;
    JsonWriter writer_;
    std::vector<std::string_view> active_refs_;
    std::optional<Error> error_;
};

}  // namespace

Result<std::string> normalise(Element schema, const Pass& pass) {
    return Normaliser(schema, pass).run();
}

}  // namespace breakwater::json_schema
