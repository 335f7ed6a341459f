#include "schema.hpp"

#include <algorithm>
#include <array>

#include "breakwater/base/strings.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "member.hpp"

namespace breakwater::google_generate {
namespace {

constexpr Name kAnyOf{"anyOf", "any_of"};
constexpr std::array<std::string_view, 8> kCounts{"minItems", "maxItems", "minLength",     "maxLength",
                                                  "minimum",  "maximum",  "minProperties", "maxProperties"};

/// Writes one schema after the other into one text. The reader bounds the depth.
class SchemaWriter {
public:
    explicit SchemaWriter(JsonText& out) : json_(out) {}

    bool write(const Value& schema) {
        if (!schema.is_object()) return schema.wrong_type("an object");
        json_.begin_object();
        const std::optional<Value> nullable = schema.find("nullable");
        bool null = false;
        if (nullable && !nullable->read(null)) return false;
        const bool written = each_named(
            schema, [&](std::string_view name, const Value& value) { return write_member(name, value, null); });
        json_.end_object();
        return written;
    }

private:
    bool write_member(std::string_view name, const Value& value, bool null) {
        if (name == "type") return write_type(value, null);
        if (name == "items" || name == "additionalProperties") return write_below(name, value);
        if (name == "properties" || name == "defs") return write_map(name == "defs" ? "$defs" : name, value);
        if (name == kAnyOf.camel) return write_branches(value, null);
        if (name == "enum") return write_enum(value, null);
        if (std::ranges::find(kCounts, name) != kCounts.end()) return write_count(name, value);
        // The order of keys in an answer is that of the properties, and `example` is no rule.
        if (name == "nullable" || name == "propertyOrdering" || name == "example") return true;
        json_.raw_field(name == "ref" ? "$ref" : name, value.json());
        return true;
    }

    bool write_below(std::string_view name, const Value& value) {
        json_.key(name);
        if (value.is_object()) return write(value);
        json_.raw(value.json());
        return true;
    }

    bool write_type(const Value& value, bool null) {
        if (!value.is_string()) return value.wrong_type("a string");
        const std::string type = to_lower(value.text());
        if (type == "type_unspecified") return true;
        json_.key("type");
        if (!null || type == "null") {
            json_.string(type);
        } else {
            json_.begin_array().string(type).string("null").end_array();
        }
        return true;
    }

    bool write_map(std::string_view name, const Value& value) {
        json_.key(name).begin_object();
        const bool written = value.each_member([&](std::string_view key, const Value& schema) {
            json_.key(key);
            return write(schema);
        });
        json_.end_object();
        return written;
    }

    bool write_branches(const Value& value, bool null) {
        json_.key(kAnyOf.camel).begin_array();
        const bool written = value.each_item([&](const Value& branch) { return write(branch); });
        if (null) json_.begin_object().field("type", "null").end_object();
        json_.end_array();
        return written;
    }

    bool write_enum(const Value& value, bool null) {
        json_.key("enum").begin_array();
        const bool written = value.each_item([&](const Value& item) {
            json_.raw(item.json());
            return true;
        });
        if (null) json_.null();
        json_.end_array();
        return written;
    }

    /// 64-bit numbers are written as strings too.
    bool write_count(std::string_view name, const Value& value) {
        json_.key(name);
        if (!value.is_string()) {
            json_.raw(value.json());
            return true;
        }
        const std::optional<std::int64_t> number = parse_i64(value.text());
        if (!number) return value.wrong_type("a number");
        json_.number(*number);
        return true;
    }

    JsonWriter json_;
};

}  // namespace

bool read_openapi_schema(const Value& schema, JsonText& out) {
    out.clear();
    return SchemaWriter(out).write(schema);
}

}  // namespace breakwater::google_generate
