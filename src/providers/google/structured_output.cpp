#include "structured_output.hpp"

#include <utility>

namespace breakwater::google {

namespace {

using Shape = StructuredOutput::Shape;

constexpr std::string_view kSchemaParam = "response_format.json_schema.schema";

StructuredOutput by_instruction(std::string_view schema) {
    std::string text = "Answer only with a JSON ";
    text += schema.empty() ? "object" : "document that is valid for the JSON schema below";
    text += ", with no other text before or after it and no code fence.";
    if (!schema.empty()) text.append("\n\n").append(schema);
    return {.shape = Shape::instruction, .instruction = std::move(text)};
}

bool asks_for_json(const ResponseFormat& format) {
    return format.kind == ResponseFormat::Kind::json_object || format.kind == ResponseFormat::Kind::json_schema;
}
bool asks_for_any(const ResponseFormat& format) {
    return format.kind == ResponseFormat::Kind::json_object || format.schema.empty();
}

bool is_native(const Deployment& deployment, Feature feature) {
    const Support support = deployment.capabilities.feature(feature);
    return support == Support::native || support == Support::unknown;
}

}  // namespace

StructuredOutput plan_structured_output(const ChatRequest& request, const Deployment& deployment, Generation generation,
                                        bool with_tools, EncodeNotes& notes) {
    const ResponseFormat& format = request.response_format;
    if (!asks_for_json(format)) return {};
    if (asks_in_words(request, deployment, generation, with_tools)) {
        notes.change("response_format", AdaptAction::emulated);
        return by_instruction(asks_for_any(format) ? std::string_view() : std::string_view(format.schema));
    }
    if (asks_for_any(format)) return {.shape = Shape::json};
    const SchemaForm form = generation == Generation::schema_only ? SchemaForm::openapi : SchemaForm::json_schema;
    Result<ConvertedSchema> schema = convert_schema(format.schema, form);
    if (!schema) {
        notes.reject(Error(schema.error().kind, schema.error().message, std::string(kSchemaParam)));
        return {};
    }
    if (schema->changed) notes.record("response_format", AdaptAction::mapped);
    return {.shape = Shape::schema, .form = form, .schema = std::move(schema->json)};
}

bool asks_in_words(const ChatRequest& request, const Deployment& deployment, Generation generation, bool with_tools) {
    const ResponseFormat& format = request.response_format;
    if (!asks_for_json(format)) return false;
    const bool native = is_native(deployment, asks_for_any(format) ? Feature::json_object : Feature::json_schema);
    return !native || (with_tools && generation != Generation::levels);
}

void write_structured_output(JsonWriter& writer, const StructuredOutput& output) {
    if (output.shape != Shape::json && output.shape != Shape::schema) return;
    writer.field("responseMimeType", "application/json");
    if (output.shape != Shape::schema) return;
    const std::string_view key = output.form == SchemaForm::openapi ? "responseSchema" : "responseJsonSchema";
    writer.raw_field(key, output.schema);
}

}  // namespace breakwater::google
