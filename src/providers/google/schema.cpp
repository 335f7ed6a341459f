#include "schema.hpp"

#include <utility>

#include "../shared/json_schema.hpp"
#include "openapi_schema.hpp"

namespace breakwater::google {

namespace {

using Element = JsonReader::Element;
using json_schema::Pass;

constexpr std::size_t kRecursionMax = 2;  // a cycle is written out three times

constexpr std::string_view kNumberLimits[] = {"exclusiveMinimum", "exclusiveMaximum", "multipleOf"};

// Of JSON Schema: what the API lists. References stay where a schema is recursive, which is the only case that needs
// them.
Result<std::string> in_json_schema(Element schema) {
    static constexpr std::string_view kKeep[] = {"$id",
                                                 "$defs",
                                                 "$ref",
                                                 "$anchor",
                                                 "type",
                                                 "format",
                                                 "title",
                                                 "description",
                                                 "enum",
                                                 "items",
                                                 "prefixItems",
                                                 "minItems",
                                                 "maxItems",
                                                 "minimum",
                                                 "maximum",
                                                 "anyOf",
                                                 "oneOf",
                                                 "properties",
                                                 "additionalProperties",
                                                 "required",
                                                 "propertyOrdering"};
    static constexpr std::string_view kDemote[] = {"exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength",
                                                   "maxLength",        "pattern",          "uniqueItems"};
    static constexpr Pass kInlined{.keep = kKeep,
                                   .demote = kDemote,
                                   .inline_refs = true,
                                   .recursion_max = kRecursionMax,
                                   .const_to_enum = true,
                                   .merge_all_of = true};
    static constexpr Pass kReferring{
        .keep = kKeep, .demote = kDemote, .lone_refs = true, .const_to_enum = true, .merge_all_of = true};
    // The older place of definitions is none that the API knows; there a cycle is cut instead.
    const bool refers = json_schema::is_recursive(schema) && !get_object(schema, "definitions");
    return json_schema::normalise(schema, refers ? kReferring : kInlined);
}

Result<std::string> in_openapi(Element schema) {
    static constexpr std::string_view kKeep[] = {
        "type",          "format",        "description", "nullable",  "enum",      "items",   "prefixItems",
        "minItems",      "maxItems",      "pattern",     "minLength", "maxLength", "minimum", "maximum",
        "minProperties", "maxProperties", "properties",  "required",  "anyOf"};
    static constexpr Pass kPass{.keep = kKeep,
                                .demote = kNumberLimits,
                                .type_lists = Pass::TypeLists::nullable,
                                .inline_refs = true,
                                .recursion_max = kRecursionMax,
                                .const_to_enum = true,
                                .one_of_to_any_of = true,
                                .merge_all_of = true};
    const Result<std::string> plain = json_schema::normalise(schema, kPass);
    if (!plain) return plain;
    JsonReader reader;
    const Result<Element> parsed = reader.parse(*plain, kDepthMax);
    if (!parsed) return std::unexpected(parsed.error());
    return openapi_schema(*parsed);
}

}  // namespace

Result<ConvertedSchema> convert_schema(std::string_view schema, SchemaForm form) {
    if (schema.size() > kSchemaBytesMax)
        return fail(ErrorKind::invalid_request, "The JSON schema is longer than any model takes.");
    JsonReader reader;
    const Result<Element> parsed = reader.parse(schema);
    if (!parsed) return std::unexpected(parsed.error());
    Result<std::string> json = form == SchemaForm::json_schema ? in_json_schema(*parsed) : in_openapi(*parsed);
    if (!json) return std::unexpected(std::move(json.error()));
    JsonReader again;
    const Result<Element> written = again.parse(*json, kDepthMax);
    const bool same = written && json_schema::same_value(*parsed, *written);
    return ConvertedSchema{.json = std::move(*json), .changed = !same};
}

Result<std::optional<ConvertedSchema>> convert_parameters(std::string_view parameters, SchemaForm form) {
    if (parameters.size() > kSchemaBytesMax)
        return fail(ErrorKind::invalid_request, "The JSON schema is longer than any model takes.");
    JsonReader reader;
    const Result<std::string> object = json_schema::tool_parameters(parameters, reader);
    if (!object) return std::unexpected(object.error());
    const Result<Element> parsed = reader.parse(*object);
    if (!parsed) return std::unexpected(parsed.error());
    const std::optional<Element> properties = get_object(*parsed, "properties");
    if (!properties || JsonReader::Object(*properties).size() == 0) return std::nullopt;
    Result<ConvertedSchema> converted = convert_schema(*object, form);
    if (!converted) return std::unexpected(std::move(converted.error()));
    converted->changed = converted->changed || *object != parameters;
    return std::move(*converted);
}

}  // namespace breakwater::google
