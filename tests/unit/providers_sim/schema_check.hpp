#pragma once

#include <nlohmann/json.hpp>
#include <regex>
#include <string>

namespace breakwater::sim {

/// A small JSON Schema validator for tests, written apart from the generator so that they do not share their mistakes.
/// Returns what is wrong, or "". Knows the keywords that the tests use.
class SchemaCheck {
public:
    using Json = nlohmann::json;
    explicit SchemaCheck(const Json& root) : root_(root) {}

    std::string check(const Json& schema, const Json& value, const std::string& at = "$") const {
        if (schema.is_boolean()) return schema.get<bool>() ? "" : at + ": nothing is allowed here";
        std::string wrong = combined(schema, value, at);
        if (wrong.empty()) wrong = plain(schema, value, at);
        if (wrong.empty() && value.is_object()) wrong = object(schema, value, at);
        if (wrong.empty() && value.is_array()) wrong = array(schema, value, at);
        return wrong;
    }

private:
    std::string combined(const Json& schema, const Json& value, const std::string& at) const {
        if (schema.contains("$ref")) {
            const std::string pointer = schema["$ref"].get<std::string>().substr(1);
            const std::string wrong = check(root_.at(Json::json_pointer(pointer)), value, at);
            if (!wrong.empty()) return wrong;
        }
        for (const auto& member : schema.value("allOf", Json::array())) {
            if (const auto wrong = check(member, value, at); !wrong.empty()) return wrong;
        }
        for (const char* keyword : {"anyOf", "oneOf"}) {
            if (!schema.contains(keyword)) continue;
            bool any = false;
            for (const auto& branch : schema[keyword]) any = any || check(branch, value, at).empty();
            if (!any) return at + ": no branch of " + keyword + " fits " + value.dump();
        }
        return "";
    }

    static bool has_type(const std::string& type, const Json& value) {
        if (type == "integer") return value.is_number_integer();
        if (type == "number") return value.is_number();
        return type == value.type_name();
    }

    static std::string plain(const Json& schema, const Json& value, const std::string& at) {
        const auto wrong = [&](const std::string& what) { return at + ": " + what + " not met by " + value.dump(); };
        if (schema.contains("const") && schema["const"] != value) return wrong("const");
        if (schema.contains("enum")) {
            bool any = false;
            for (const auto& choice : schema["enum"]) any = any || choice == value;
            if (!any) return wrong("enum");
        }
        if (schema.contains("type")) {
            const Json types = schema["type"].is_array() ? schema["type"] : Json::array({schema["type"]});
            bool any = false;
            for (const auto& type : types) any = any || has_type(type, value);
            if (!any) return wrong("type " + types.dump());
        }
        if (value.is_number()) {
            const double number = value;
            if (schema.contains("minimum") && number < schema["minimum"]) return wrong("minimum");
            if (schema.contains("maximum") && number > schema["maximum"]) return wrong("maximum");
            if (schema.contains("exclusiveMinimum") && number <= schema["exclusiveMinimum"])
                return wrong("exclusiveMinimum");
            if (schema.contains("exclusiveMaximum") && number >= schema["exclusiveMaximum"])
                return wrong("exclusiveMaximum");
            if (schema.contains("multipleOf")) {
                const double ratio = number / schema["multipleOf"].get<double>();
                if (std::abs(ratio - std::round(ratio)) > 1e-9) return wrong("multipleOf");
            }
        }
        if (value.is_string()) {
            const auto text = value.get<std::string>();
            if (schema.contains("minLength") && text.size() < schema["minLength"]) return wrong("minLength");
            if (schema.contains("maxLength") && text.size() > schema["maxLength"]) return wrong("maxLength");
            if (schema.contains("format") && !has_format(schema["format"], text)) return wrong("format");
        }
        return "";
    }

    static bool has_format(const std::string& format, const std::string& text) {
        const auto is = [&](const char* pattern) { return std::regex_match(text, std::regex(pattern)); };
        if (format == "date") return is(R"(\d{4}-\d\d-\d\d)");
        if (format == "date-time") return is(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)");
        if (format == "time") return is(R"(\d\d:\d\d:\d\dZ)");
        if (format == "email") return is(R"([^@\s]+@[^@\s]+\.\w+)");
        if (format == "uuid") return is(R"([0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})");
        if (format == "uri") return is(R"(https://[\w./]+)");
        if (format == "ipv4") return is(R"(\d+\.\d+\.\d+\.\d+)");
        return true;
    }

    std::string object(const Json& schema, const Json& value, const std::string& at) const {
        for (const auto& name : schema.value("required", Json::array())) {
            if (!value.contains(name.get<std::string>())) return at + ": " + name.dump() + " is missing";
        }
        if (value.size() < schema.value("minProperties", 0u)) return at + ": too few members";
        const Json properties = schema.value("properties", Json::object());
        for (const auto& [name, member] : value.items()) {
            if (properties.contains(name)) {
                if (const auto wrong = check(properties[name], member, at + "." + name); !wrong.empty()) return wrong;
            } else if (schema.contains("additionalProperties")) {
                const auto wrong = check(schema["additionalProperties"], member, at + "." + name);
                if (!wrong.empty()) return wrong;
            }
        }
        return "";
    }

    std::string array(const Json& schema, const Json& value, const std::string& at) const {
        if (value.size() < schema.value("minItems", 0u)) return at + ": too few items";
        if (value.size() > schema.value("maxItems", 1'000'000u)) return at + ": too many items";
        const Json prefix = schema.value("prefixItems", Json::array());
        for (std::size_t i = 0; i < value.size(); ++i) {
            const Json item = i < prefix.size() ? prefix[i] : schema.value("items", Json(true));
            const std::string wrong = check(item, value[i], at + "[" + std::to_string(i) + "]");
            if (!wrong.empty()) return wrong;
            for (std::size_t j = 0; schema.value("uniqueItems", false) && j < i; ++j) {
                if (value[i] == value[j]) return at + ": items are not unique";
            }
        }
        return "";
    }

    const Json& root_;
};

}  // namespace breakwater::sim
