#include "structured_output.hpp"

#include <utility>

#include "instructions.hpp"
#include "json_schema.hpp"

namespace breakwater {

namespace {

using Shape = StructuredOutput::Shape;

constexpr std::string_view kSchemaParam = "response_format.json_schema.schema";

bool is_object_schema(JsonReader::Element schema) {
    return get_string(schema, "type") == "object" || (!get_value(schema, "type") && get_object(schema, "properties"));
}

std::string wrap(std::string_view schema) {
    std::string out = R"({"type":"object","properties":{"value":)";
    out.append(schema).append(R"(},"required":["value"]})");
    return out;
}

// A forced call would hide the client's own tools, and some models refuse to be forced.
bool can_force_tool(const ChatRequest& request, const Deployment& deployment, StructuredOutputContext context) {
    const Support named = deployment.capabilities.feature(Feature::tool_choice_named);
    return request.tools.empty() && request.web_search_options.empty() && !context.thinks_by_budget &&
           !context.prefilled && deployment.capabilities.supports(Feature::tools) &&
           (named == Support::native || named == Support::unknown);
}

bool takes_schema(const Deployment& deployment, StructuredOutputContext context) {
    const Support support = deployment.capabilities.feature(Feature::json_schema);
    return (support == Support::native || support == Support::unknown) && !context.prefilled;
}

// `$ref` inside a wrapped schema would still count from the old root.
bool has_refs(std::string_view schema) {
    return schema.find("\"$ref\"") != std::string_view::npos;
}

StructuredOutput by_instruction(std::string_view schema) {
    return {.shape = Shape::instruction, .instruction = json_instruction(schema)};
}

StructuredOutput emulate(const ChatRequest& request, const Deployment& deployment, StructuredOutputContext context,
                         JsonReader::Element schema) {
    const bool object = is_object_schema(schema);
    if (!can_force_tool(request, deployment, context) || (!object && has_refs(request.response_format.schema))) {
        return by_instruction(request.response_format.schema);
    }
    if (!object) return {.shape = Shape::tool, .schema = wrap(request.response_format.schema), .wrapped = true};
    JsonReader reader;
    Result<std::string> parameters = json_schema::tool_parameters(request.response_format.schema, reader);
    if (!parameters) return by_instruction(request.response_format.schema);
    return {.shape = Shape::tool, .schema = std::move(*parameters)};
}

}  // namespace

StructuredOutput plan_structured_output(const ChatRequest& request, const Deployment& deployment,
                                        StructuredOutputContext context, EncodeNotes& notes) {
    const ResponseFormat& format = request.response_format;
    if (format.kind == ResponseFormat::Kind::unset || format.kind == ResponseFormat::Kind::text) return {};
    if (format.kind == ResponseFormat::Kind::json_object || format.schema.empty()) {
        notes.change("response_format", AdaptAction::emulated);
        return by_instruction({});
    }
    JsonReader reader;
    const Result<JsonReader::Element> schema = reader.parse(format.schema);
    if (!schema) {
        notes.reject(Error(schema.error().kind, schema.error().message, std::string(kSchemaParam)));
        return {};
    }
    // The API compiles neither recursion nor maps; the other ways take any schema.
    if (takes_schema(deployment, context) && !json_schema::is_recursive(*schema) && !json_schema::has_maps(*schema)) {
        Result<std::string> subset = in_native_subset(*schema);
        if (!subset) {
            notes.reject(Error(subset.error().kind, subset.error().message, std::string(kSchemaParam)));
            return {};
        }
        if (*subset != to_json(*schema)) notes.record("response_format", AdaptAction::mapped);
        return {.shape = Shape::native, .schema = std::move(*subset)};
    }
    notes.change("response_format", AdaptAction::emulated);
    return emulate(request, deployment, context, *schema);
}

Result<std::string> in_native_subset(JsonReader::Element schema) {
    static constexpr std::string_view kKeep[] = {
        "$ref",       "$defs",    "definitions", "type",  "enum",        "const",   "anyOf",  "allOf",   "oneOf",
        "properties", "required", "items",       "title", "description", "default", "format", "minItems"};
    static constexpr std::string_view kDemote[] = {
        "minimum", "maximum",  "exclusiveMinimum", "exclusiveMaximum", "multipleOf",    "minLength", "maxLength",
        "pattern", "maxItems", "uniqueItems",      "minProperties",    "maxProperties", "not"};
    static constexpr std::string_view kFormats[] = {"date-time", "time", "date", "duration", "email",
                                                    "hostname",  "uri",  "ipv4", "ipv6",     "uuid"};
    static constexpr json_schema::Pass kPass{.keep = kKeep,
                                             .demote = kDemote,
                                             .formats = kFormats,
                                             .min_items_max = 1,
                                             .one_of_to_any_of = true,
                                             .close_objects = true};
    return json_schema::normalise(schema, kPass);
}

}  // namespace breakwater
