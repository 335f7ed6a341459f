#include "openai_members.hpp"

#include <cstdio>

#include "breakwater/base/random.hpp"

namespace breakwater {

void write_text(JsonWriter& json, JsonKey name, std::string_view value) {
    if (!value.empty()) json.field(name, value);
}

void write_raw(JsonWriter& json, JsonKey name, const JsonText& value) {
    if (!value.empty()) json.raw_field(name, value);
}

namespace {

/// OpenAI takes 64 bytes, and clients of other vendors send more (Claude Code: a user, an account and a session).
constexpr std::size_t kUserBytesMax = 64;

}  // namespace

void write_user(JsonWriter& json, std::string_view user) {
    if (user.size() <= kUserBytesMax) return write_text(json, "user", user);
    char digits[24];
    std::snprintf(digits, sizeof digits, "user-%016llx", static_cast<unsigned long long>(fnv1a(user)));
    json.field("user", std::string_view(digits));
}

void write_attribution(JsonWriter& json, const ChatRequest& request) {
    write_raw(json, "metadata", request.metadata);
    write_user(json, request.user);
    write_text(json, "safety_identifier", request.safety_identifier);
    write_text(json, "prompt_cache_key", request.prompt_cache_key);
    write_text(json, "prompt_cache_retention", request.prompt_cache_retention);
    write_raw(json, "prompt_cache_options", request.prompt_cache_options);
    write_raw(json, "moderation", request.moderation);
}

}  // namespace breakwater
