#include "openai_members.hpp"

namespace breakwater {

void write_text(JsonWriter& json, JsonKey name, std::string_view value) {
    if (!value.empty()) json.field(name, value);
}

void write_raw(JsonWriter& json, JsonKey name, const JsonText& value) {
    if (!value.empty()) json.raw_field(name, value);
}

void write_attribution(JsonWriter& json, const ChatRequest& request) {
    write_raw(json, "metadata", request.metadata);
    write_text(json, "user", request.user);
    write_text(json, "safety_identifier", request.safety_identifier);
    write_text(json, "prompt_cache_key", request.prompt_cache_key);
    write_text(json, "prompt_cache_retention", request.prompt_cache_retention);
    write_raw(json, "prompt_cache_options", request.prompt_cache_options);
    write_raw(json, "moderation", request.moderation);
}

}  // namespace breakwater
