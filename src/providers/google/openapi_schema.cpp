#include "openapi_schema.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "breakwater/wire/json_writer.hpp"

namespace breakwater::google {

namespace {

using Element = JsonReader::Element;
using Object = JsonReader::Object;

bool is_false(Element schema) {
    bool value = true;
    return schema.get(value) && !value;
}

bool is_null_type(Element schema) {
    return get_string(schema, "type") == "null";
}

/// What `enum` comes to: the API's are strings, and none of them empty.
struct Enum {
    std::vector<std::string_view> words{};
    std::string demoted{};  // the whole list, where it holds anything but strings
    bool nullable = false;
};

Enum read_enum(Element schema) {
    Enum out;
    const auto list = get_array(schema, "enum");
    if (!list) return out;
    bool strings = true;
    for (const Element value : *list) {
        std::string_view word;
        if (value.is_null()) {
            out.nullable = true;
        } else if (!value.get(word)) {
            strings = false;
        } else if (!word.empty()) {
            out.words.push_back(word);
        }
    }
    if (strings) return out;
    out.words.clear();
    for (const Element value : *list) {
        if (value.is_null()) continue;
        out.demoted += out.demoted.empty() ? "One of: " : ", ";
        append_json(out.demoted, value);
    }
    return out;
}

std::string_view type_of_first(JsonReader::Array values) {
    for (const Element value : values) {
        if (value.is_bool()) return "boolean";
        if (value.is_int64() || value.is_uint64()) return "integer";
        if (value.is_double()) return "number";
        return "string";
    }
    return "string";
}

/// The stated type, else the one that the other members show.
std::string_view type_of(Element schema) {
    const std::string_view stated = get_string(schema, "type").value_or("");
    if (!stated.empty()) return stated == "null" ? "string" : stated;
    if (get_object(schema, "properties")) return "object";
    if (get_value(schema, "items") || get_array(schema, "prefixItems")) return "array";
    if (const auto values = get_array(schema, "enum")) return type_of_first(*values);
    return "string";
}

bool takes_format(std::string_view type, std::string_view format) {
    if (type == "string") return format == "enum" || format == "date-time";
    if (type == "number") return format == "float" || format == "double";
    return type == "integer" && (format == "int32" || format == "int64");
}

class Rewriter {
public:
    explicit Rewriter(std::string& out) : writer_(out) {}

    void write(Element schema) { write(schema, {}, false); }

private:
    /// `description` and `nullable` come from a schema around this one that was nothing but a choice of one.
    void write(Element schema, std::string_view description, bool nullable) {
        if (!schema.is_object()) {  // `true`: anything
            writer_.begin_object().field("type", "string").end_object();
            return;
        }
        description = get_string(schema, "description").value_or(description);
        nullable = nullable || get_bool(schema, "nullable").value_or(false) || is_null_type(schema);
        const std::vector<Element> branches = read_branches(schema, nullable);
        if (branches.size() == 1) return write(branches.front(), description, nullable);
        writer_.begin_object();
        if (branches.empty()) {
            write_plain(schema, description, nullable);
        } else {
            write_branches(branches, description, nullable);
        }
        writer_.end_object();
    }

    static std::vector<Element> read_branches(Element schema, bool& nullable) {
        std::vector<Element> branches;
        const auto list = get_array(schema, "anyOf");
        if (!list) return branches;
        for (const Element branch : *list) {
            if (is_null_type(branch)) {
                nullable = true;
            } else if (!is_false(branch)) {
                branches.push_back(branch);
            }
        }
        return branches;
    }

    // Beside anyOf the API takes nothing that describes the value itself.
    void write_branches(const std::vector<Element>& branches, std::string_view description, bool nullable) {
        if (!description.empty()) writer_.field("description", description);
        if (nullable) writer_.field("nullable", true);
        writer_.key("anyOf").begin_array();
        for (const Element branch : branches) write(branch);
        writer_.end_array();
    }

    void write_plain(Element schema, std::string_view description, bool nullable) {
        const std::string_view type = type_of(schema);
        const Enum values = read_enum(schema);
        std::string text(description);
        writer_.field("type", type);
        if (nullable || values.nullable) writer_.field("nullable", true);
        if (!values.demoted.empty()) add_sentence(text, values.demoted);
        if (!values.words.empty()) write_words("enum", values.words);
        if (const auto format = get_string(schema, "format")) {
            if (takes_format(type, *format)) {
                writer_.field("format", *format);
            } else {
                add_sentence(text, "Format: " + std::string(*format));
            }
        }
        write_limits(schema);
        if (type == "array") write_items(schema);
        if (type == "object") write_properties(schema);
        if (!text.empty()) writer_.field("description", text);
    }

    static void add_sentence(std::string& text, const std::string& sentence) {
        if (!text.empty()) text += ' ';
        text.append(sentence).append(".");
    }

    void write_words(std::string_view key, const std::vector<std::string_view>& words) {
        writer_.key(key).begin_array();
        for (const std::string_view word : words) writer_.string(word);
        writer_.end_array();
    }

    void write_limits(Element schema) {
        for (const std::string_view key :
             {"pattern", "minLength", "maxLength", "minimum", "maximum", "minProperties", "maxProperties"}) {
            if (const auto value = get_value(schema, key)) writer_.raw_field(key, to_json(*value));
        }
    }

    // A tuple becomes a list of that length whose items are any of the tuple's. Before 2020, `items` itself was a list.
    void write_items(Element schema) {
        auto tuple = get_array(schema, "prefixItems");
        if (!tuple) tuple = get_array(schema, "items");
        if (tuple && tuple->size() > 0) return write_tuple(*tuple);
        for (const std::string_view key : {"minItems", "maxItems"}) {
            if (const auto value = get_value(schema, key)) writer_.raw_field(key, to_json(*value));
        }
        writer_.key("items");
        const auto items = get_value(schema, "items");
        if (items && items->is_object()) {
            write(*items);
        } else {
            writer_.begin_object().field("type", "string").end_object();
        }
    }

    void write_tuple(JsonReader::Array tuple) {
        std::vector<std::string> kinds;
        std::unordered_set<std::string> known;
        for (const Element item : tuple) {
            std::string kind;
            Rewriter(kind).write(item);
            if (known.insert(kind).second) kinds.push_back(std::move(kind));
        }
        const auto length = static_cast<std::int64_t>(tuple.size());
        writer_.field("minItems", length).field("maxItems", length).key("items");
        if (kinds.size() == 1) {
            writer_.raw(kinds.front());
            return;
        }
        writer_.begin_object().key("anyOf").begin_array();
        for (const std::string& kind : kinds) writer_.raw(kind);
        writer_.end_array().end_object();
    }

    void write_properties(Element schema) {
        const auto properties = get_object(schema, "properties");
        if (!properties) return;
        std::vector<std::string_view> names;
        for (const auto field : Object(*properties)) {
            if (!is_false(field.value)) names.push_back(field.key);
        }
        if (names.empty()) return;
        writer_.key("properties").begin_object();
        for (const auto field : Object(*properties)) {
            if (is_false(field.value)) continue;
            writer_.key(field.key);
            write(field.value);
        }
        writer_.end_object();
        write_required(schema, names);
        write_words("propertyOrdering", names);
    }

    void write_required(Element schema, const std::vector<std::string_view>& names) {
        const auto list = get_array(schema, "required");
        if (!list) return;
        const std::unordered_set<std::string_view> known(names.begin(), names.end());
        std::vector<std::string_view> required;
        for (const Element element : *list) {
            std::string_view name;
            if (element.get(name) && known.contains(name)) required.push_back(name);
        }
        if (!required.empty()) write_words("required", required);
    }

    JsonWriter writer_;
};

}  // namespace

std::string openapi_schema(Element schema) {
    std::string out;
    Rewriter(out).write(schema);
    return out;
}

}  // namespace breakwater::google
