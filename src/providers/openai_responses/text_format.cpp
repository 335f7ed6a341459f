#include "text_format.hpp"

#include "../shared/told_format.hpp"

namespace breakwater::openai_responses {
namespace {

void write_schema(JsonWriter& json, const ResponseFormat& format) {
    json.field("type", "json_schema");
    json.field("name", format.name.empty() ? std::string_view("response") : std::string_view(format.name));
    if (!format.description.empty()) json.field("description", format.description);
    json.raw_field("schema",
                   format.schema.empty() ? std::string_view(R"({"type":"object"})") : std::string_view(format.schema));
    if (format.strict) json.field("strict", *format.strict);
}

void write_format(JsonWriter& json, const ChatRequest& request, const Deployment& deployment, EncodeNotes& notes) {
    const ResponseFormat& format = request.response_format;
    const bool any_object = format.kind == ResponseFormat::Kind::json_object;
    json.key("format").begin_object();
    if (tells_format(request, deployment)) {
        notes.change("response_format", AdaptAction::emulated);
        json.field("type", joins_json_mode(request, deployment) ? "json_object" : "text");
    } else if (any_object && deployment.capabilities.feature(Feature::json_object) == Support::emulated) {
        notes.record("response_format", AdaptAction::emulated);
        write_schema(json, format);
    } else if (format.kind == ResponseFormat::Kind::json_schema) {
        write_schema(json, format);
    } else {
        json.field("type", any_object ? "json_object" : "text");
    }
    json.end_object();
}

}  // namespace

void write_text_settings(JsonWriter& json, const ChatRequest& request, const Deployment& deployment,
                         EncodeNotes& notes) {
    const bool formatted = request.response_format.kind != ResponseFormat::Kind::unset;
    if (!formatted && request.verbosity.empty()) return;
    json.key("text").begin_object();
    if (formatted) write_format(json, request, deployment, notes);
    if (!request.verbosity.empty()) json.field("verbosity", request.verbosity);
    json.end_object();
}

}  // namespace breakwater::openai_responses
