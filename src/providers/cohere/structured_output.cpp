#include "structured_output.hpp"

#include <utility>

#include "../shared/instructions.hpp"
#include "../shared/json_schema.hpp"

namespace breakwater::cohere {

namespace {

using Element = JsonReader::Element;
using Shape = StructuredOutput::Shape;

constexpr std::string_view kSchemaParam = "response_format.json_schema.schema";
constexpr int kDepthMax = 64;

/// The part of JSON Schema that the API compiles; ranges and lengths it refuses, so the model is told of them.
Result<std::string> in_api_subset(Element schema) {
    static constexpr std::string_view kKeep[] = {
        "$ref",     "$defs", "definitions", "type",        "enum",    "const",  "anyOf",   "properties",
        "required", "items", "title",       "description", "default", "format", "pattern", "additionalProperties"};
    static constexpr std::string_view kDemote[] = {
        "minimum",     "maximum",  "exclusiveMinimum", "exclusiveMaximum", "multipleOf",    "minLength", "maxLength",
        "uniqueItems", "minItems", "maxItems",         "minProperties",    "maxProperties", "not"};
    static constexpr std::string_view kFormats[] = {"date-time", "date", "time", "uuid"};
    static constexpr json_schema::Pass kPass{.keep = kKeep,
                                             .demote = kDemote,
                                             .formats = kFormats,
                                             .type_lists = json_schema::Pass::TypeLists::any_of,
                                             .one_of_to_any_of = true,
                                             .merge_all_of = true};
    return json_schema::normalise(schema, kPass);
}

bool is_object_schema(Element schema) {
    return get_string(schema, "type") == "object" || (!get_value(schema, "type") && get_object(schema, "properties"));
}

/// The API demands at least one required property of every object.
bool requires_something_everywhere(Element schema, int depth = 0) {
    JsonReader::Array list;
    if (schema.get(list)) {
        for (const Element one : list) {
            if (!requires_something_everywhere(one, depth + 1)) return false;
        }
        return true;
    }
    JsonReader::Object object;
    if (!schema.get(object)) return true;
    if (depth > kDepthMax) return false;
    if (is_object_schema(schema)) {
        const auto required = get_array(schema, "required");
        if (!required || required->size() == 0) return false;
    }
    for (const std::string_view key : {"items", "anyOf"}) {
        if (const auto value = get_value(schema, key); value && !requires_something_everywhere(*value, depth + 1))
            return false;
    }
    for (const std::string_view key : {"properties", "$defs", "definitions"}) {
        const auto map = get_object(schema, key);
        if (!map || !map->get(object)) continue;
        for (const auto member : object) {
            if (!requires_something_everywhere(member.value, depth + 1)) return false;
        }
    }
    return true;
}

bool is_native(const Deployment& deployment, Feature feature) {
    const Support support = deployment.capabilities.feature(feature);
    return support == Support::native || support == Support::unknown;
}

StructuredOutput by_instruction(std::string_view schema, EncodeNotes& notes) {
    notes.change("response_format", AdaptAction::emulated);
    return {.shape = Shape::instruction, .instruction = json_instruction(schema)};
}

StructuredOutput reject(const Error& error, EncodeNotes& notes) {
    notes.reject(Error(error.kind, error.message, std::string(kSchemaParam)));
    return {};
}

}  // namespace

StructuredOutput plan_structured_output(const ChatRequest& request, const Deployment& deployment, bool grounded,
                                        EncodeNotes& notes) {
    const ResponseFormat& format = request.response_format;
    if (format.kind == ResponseFormat::Kind::unset || format.kind == ResponseFormat::Kind::text) return {};
    if (format.kind == ResponseFormat::Kind::json_object || format.schema.empty()) {
        if (grounded || !is_native(deployment, Feature::json_object)) return by_instruction({}, notes);
        return {.shape = Shape::json_object};
    }
    JsonReader reader;
    const Result<Element> schema = reader.parse(format.schema);
    if (!schema) return reject(schema.error(), notes);
    const bool sayable = is_object_schema(*schema) && !json_schema::has_maps(*schema);
    if (grounded || !sayable || !is_native(deployment, Feature::json_schema))
        return by_instruction(format.schema, notes);
    Result<std::string> subset = in_api_subset(*schema);
    if (!subset) return reject(subset.error(), notes);
    const std::string original = to_json(*schema);
    const Result<Element> parsed = reader.parse(*subset);
    if (!parsed || !requires_something_everywhere(*parsed)) return by_instruction(format.schema, notes);
    if (*subset != original) notes.record("response_format", AdaptAction::mapped);
    return {.shape = Shape::schema, .schema = std::move(*subset)};
}

void write_response_format(JsonWriter& writer, const StructuredOutput& output) {
    if (output.shape != Shape::json_object && output.shape != Shape::schema) return;
    writer.key("response_format").begin_object().field("type", "json_object");
    if (output.shape == Shape::schema) writer.raw_field("json_schema", output.schema);
    writer.end_object();
}

}  // namespace breakwater::cohere
