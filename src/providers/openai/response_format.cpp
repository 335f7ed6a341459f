#include "encoding.hpp"

namespace breakwater::openai {
namespace {

/// The API takes no schema: the model gets it in words, and JSON mode sees to the syntax.
bool tells_schema(const Encoding& encoding) noexcept {
    return encoding.request.response_format.kind == ResponseFormat::Kind::json_schema &&
           encoding.emulated(Feature::json_schema);
}

void write_schema(const Encoding& encoding, const ResponseFormat& format) {
    JsonWriter& json = encoding.json;
    json.begin_object().field("type", "json_schema").key("json_schema").begin_object();
    json.field("name", format.name.empty() ? std::string_view("response") : std::string_view(format.name));
    if (!format.description.empty()) json.field("description", format.description);
    if (!format.schema.empty()) json.raw_field("schema", format.schema);
    if (format.strict) json.field("strict", *format.strict);
    json.end_object().end_object();
}

/// The API takes schemas only: any object will do.
void write_any_object(JsonWriter& json) {
    json.raw(R"({"type":"json_schema","json_schema":{"name":"response","schema":{"type":"object"}}})");
}

void write_type(JsonWriter& json, std::string_view type) {
    json.begin_object().field("type", type).end_object();
}

}  // namespace

std::string schema_instruction(const Encoding& encoding) {
    const ResponseFormat& format = encoding.request.response_format;
    if (!tells_schema(encoding) || format.schema.empty()) return {};
    return "Answer with one JSON object, without any text around it, that is valid against this JSON schema:\n" +
           format.schema;
}

void write_response_format(const Encoding& encoding) {
    const ResponseFormat& format = encoding.request.response_format;
    if (format.kind == ResponseFormat::Kind::unset) return;
    JsonWriter& json = encoding.json;
    json.key("response_format");
    if (tells_schema(encoding)) {
        encoding.notes.record("response_format", AdaptAction::emulated);
        return write_type(json, "json_object");
    }
    switch (format.kind) {
        case ResponseFormat::Kind::unset:
        case ResponseFormat::Kind::text:
            return write_type(json, "text");
        case ResponseFormat::Kind::json_object:
            if (encoding.emulated(Feature::json_object)) {
                encoding.notes.record("response_format", AdaptAction::emulated);
                return write_any_object(json);
            }
            return write_type(json, "json_object");
        case ResponseFormat::Kind::json_schema:
            return write_schema(encoding, format);
    }
}

}  // namespace breakwater::openai
