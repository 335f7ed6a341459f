#include "../shared/told_format.hpp"
#include "encoding.hpp"

namespace breakwater::openai {
namespace {

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

void write_response_format(const Encoding& encoding) {
    const ResponseFormat& format = encoding.request.response_format;
    if (format.kind == ResponseFormat::Kind::unset) return;
    JsonWriter& json = encoding.json;
    const bool told = tells_format(encoding.request, encoding.deployment);
    if (told) encoding.notes.change("response_format", AdaptAction::emulated);
    if (told && !joins_json_mode(encoding.request, encoding.deployment)) return;
    json.key("response_format");
    if (told) return write_type(json, "json_object");
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
