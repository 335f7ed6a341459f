#include "text_format.hpp"

#include "../shared/instructions.hpp"

namespace breakwater::openai_responses {
namespace {

/// The model gets the schema in words, and JSON mode sees to the syntax.
bool tells_schema(const ChatRequest& request, const Deployment& deployment) noexcept {
    return request.response_format.kind == ResponseFormat::Kind::json_schema &&
           deployment.capabilities.feature(Feature::json_schema) == Support::emulated;
}

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
    json.key("format").begin_object();
    if (tells_schema(request, deployment)) {
        notes.record("response_format", AdaptAction::emulated);
        json.field("type", "json_object");
    } else if (format.kind == ResponseFormat::Kind::json_schema) {
        write_schema(json, format);
    } else {
        json.field("type", format.kind == ResponseFormat::Kind::json_object ? "json_object" : "text");
    }
    json.end_object();
}

}  // namespace

std::string format_instruction(const ChatRequest& request, const Deployment& deployment) {
    return tells_schema(request, deployment) ? json_instruction(request.response_format.schema) : std::string();
}

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
