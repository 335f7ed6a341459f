#include "decode.hpp"

#include "../openai_chat/decode.hpp"
#include "../shared/body.hpp"
#include "../shared/value.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::openai_completions {
namespace {

using ingress::Problem;
using ingress::Value;

bool refuse(const Value& value, std::string_view what) {
    return value.fail("unsupported_parameter", what);
}

/// The one text that the prompt is.
bool read_prompt(const Value& prompt, std::string& text) {
    if (!prompt.is_array()) return prompt.read(text);
    if (prompt.count() != 1) return refuse(prompt, "expected one text: models that chat answer one prompt at a time");
    return prompt.each_item([&](const Value& item) {
        if (!item.is_string()) return refuse(item, "expected a text: models that chat take no token ids");
        return item.read(text);
    });
}

/// Members that a chat has no words for, unless they ask for nothing.
bool check_legacy(std::string_view name, const Value& value) {
    if (name == "echo") {
        bool echo = false;
        return value.read(echo) &&
               (!echo || refuse(value, "is not supported: models that chat do not repeat the prompt"));
    }
    if (name == "suffix") {
        std::string suffix;
        return value.read(suffix) &&
               (suffix.empty() || refuse(value, "is not supported: models that chat fill no gaps"));
    }
    std::optional<std::int64_t> count;
    if (!value.read(count, 0)) return false;
    if (name == "best_of") return *count <= 1 || refuse(value, "is not supported beyond 1; use n");
    return *count == 0 || refuse(value, "is not supported here; use POST /v1/chat/completions");
}

bool is_legacy(std::string_view name) noexcept {
    return name == "echo" || name == "suffix" || name == "best_of" || name == "logprobs";
}

/// The same request as a chat.
bool write_chat(const Value& root, std::string& chat) {
    JsonWriter json(chat);
    json.begin_object();
    bool prompted = false;
    const bool read = root.each_member([&](std::string_view name, const Value& value) {
        if (is_legacy(name)) return check_legacy(name, value);
        if (name == "messages" || name == "tools" || name == "functions")
            return refuse(value, "is for POST /v1/chat/completions");
        if (name != "prompt") {
            json.raw_field(name, value.json());
            return true;
        }
        std::string text;
        if (!read_prompt(value, text)) return false;
        prompted = true;
        json.key("messages").begin_array().begin_object().field("role", "user").field("content", text);
        json.end_object().end_array();
        return true;
    });
    json.end_object();
    return read && (prompted || root.missing("prompt"));
}

}  // namespace

Result<void> decode_request(std::string& body, JsonReader& reader, ChatRequest& request) {
    const auto parsed = ingress::parse_body(body, reader);
    if (!parsed) return std::unexpected(parsed.error());
    Problem problem;
    std::string chat;
    chat.reserve(body.size() + 64);
    if (!write_chat(Value(*parsed, problem), chat)) return std::unexpected(std::move(*problem));
    body = std::move(chat);
    return openai_chat::decode_request(body, reader, request);
}

}  // namespace breakwater::openai_completions
