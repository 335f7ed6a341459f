#include "decode.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "../openai_chat/decode.hpp"
#include "../shared/value.hpp"
#include "breakwater/wire/client_body.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::openai_completions {
namespace {

using ingress::Problem;
using ingress::Value;

/// As many as any model gives; those of OpenAI give 5.
constexpr std::int64_t kLogprobsMax = 20;
/// As many as one answer may have, whoever gives it.
constexpr std::int64_t kChoicesMax = 128;

/// Members that a chat has no words for.
struct Draft {
    CompletionWords words{.asked = true};
    std::int64_t prompts = 1;
    bool no_answer = false;  ///< `max_tokens` is 0: all that is wanted is what is known of the prompt
};

bool refuse(const Value& value, std::string_view what) {
    return value.fail("unsupported_parameter", what);
}

bool check_id(const Value& value) {
    std::optional<std::int64_t> id;
    return value.read(id, 0) && (id || value.wrong_type("a token id"));
}

/// Texts, token ids, or lists of token ids.
bool check_prompts(const Value& prompts) {
    if (prompts.count() == 0) return prompts.fail("invalid_value", "expected a text, or a list that is not empty");
    return prompts.each_item([](const Value& item) {
        return item.is_string() || (item.is_array() ? item.each_item(check_id) : check_id(item));
    });
}

bool read_text(const Value& prompt, std::string& text) {
    return prompt.is_array() ? prompt.each_item([&text](const Value& only) { return only.read(text); })
                             : prompt.read(text);
}

bool is_one_text(const Value& prompt) {
    bool texts = true;
    if (prompt.is_array()) prompt.each_item([&texts](const Value& item) { return texts = item.is_string(); });
    return !prompt.is_array() || (texts && prompt.count() == 1);
}

/// A list of token ids is one prompt.
bool is_ids(const Value& prompt) {
    return prompt.each_item([](const Value& item) { return !item.is_string() && !item.is_array(); });
}

/// A prompt that is null or absent is where a new text begins, which a provider with such an API has a token for.
void write_no_prompt(JsonWriter& json, Draft& draft) {
    draft.words.prompts = "null";
    json.key("messages").begin_array().begin_object().field("role", "user").field("content", "");
    json.end_object().end_array();
}

/// One text is what a user says. Anything else no chat can be asked, and there its JSON stands for it, so that it is
/// seen how long it is.
bool write_prompt(JsonWriter& json, const Value& value, Draft& draft) {
    std::string text;
    if (is_one_text(value)) {
        if (!read_text(value, text)) return false;
    } else {
        if (!check_prompts(value)) return false;
        text = draft.words.prompts = value.json();
        if (!is_ids(value)) draft.prompts = static_cast<std::int64_t>(value.count());
    }
    json.key("messages").begin_array().begin_object().field("role", "user").field("content", text);
    json.end_object().end_array();
    return true;
}

/// A number here, of which 0 asks for the tokens' own; a switch and a number in a chat.
bool write_logprobs(JsonWriter& json, const Value& value) {
    std::optional<std::int64_t> count;
    if (!value.read(count, 0, kLogprobsMax)) return false;
    if (count) json.field("logprobs", true).field("top_logprobs", *count);
    return true;
}

bool write_limit(JsonWriter& json, const Value& value, Draft& draft) {
    std::optional<std::int64_t> limit;
    if (!value.read(limit, 0)) return false;
    draft.no_answer = limit == 0;
    if (limit && !draft.no_answer) json.field("max_tokens", *limit);
    return true;
}

bool is_of_chats(std::string_view name) noexcept {
    static constexpr std::array<std::string_view, 4> kNames{"messages", "tools", "functions", "top_logprobs"};
    return std::ranges::find(kNames, name) != kNames.end();
}

bool write_member(JsonWriter& json, std::string_view name, const Value& value, Draft& draft) {
    if (name == "prompt") return write_prompt(json, value, draft);
    if (name == "logprobs") return write_logprobs(json, value);
    if (name == "max_tokens") return write_limit(json, value, draft);
    if (name == "suffix") return value.read(draft.words.suffix);
    if (name == "echo") return value.read(draft.words.echo);
    if (name == "best_of") return value.read(draft.words.best_of, 0, kChoicesMax);
    if (is_of_chats(name)) return refuse(value, "is for POST /v1/chat/completions");
    json.raw_field(name, value.json());
    return true;
}

bool check_choices(const Value& root, const Draft& draft) {
    std::optional<std::int64_t> n;
    if (const auto value = root.find("n"); value && !value->read(n, 1, kChoicesMax)) return false;
    return draft.prompts <= kChoicesMax / n.value_or(1) ||
           root.find("prompt")->fail("invalid_value", "expected prompts for at most 128 answers, n for each");
}

/// The same request as a chat, and in `draft` what it lacks.
bool write_chat(const Value& root, std::string& chat, Draft& draft) {
    JsonWriter json(chat);
    json.begin_object();
    bool prompted = false;
    const bool read = root.each_member([&](std::string_view name, const Value& value) {
        prompted = prompted || name == "prompt";
        return write_member(json, name, value, draft);
    });
    if (read && !prompted) write_no_prompt(json, draft);
    json.end_object();
    if (!read) return false;
    if (!check_choices(root, draft)) return false;
    const bool echoes = draft.words.echo.value_or(false);
    return !draft.no_answer || echoes ||
           root.find("max_tokens")->fail("invalid_value", "expected at least 1, or 0 together with echo: true");
}

}  // namespace

Result<void> decode_request(std::string& body, JsonReader& reader, ChatRequest& request) {
    const auto parsed = parse_client_body(body, reader);
    if (!parsed) return std::unexpected(parsed.error());
    Problem problem;
    Draft draft;
    std::string chat;
    chat.reserve(body.size() + 64);
    if (!write_chat(Value(*parsed, problem), chat, draft)) return std::unexpected(std::move(*problem));
    body = std::move(chat);
    auto decoded = openai_chat::decode_request(body, reader, request);
    if (!decoded) return decoded;
    request.completion = std::move(draft.words);
    if (draft.no_answer) request.max_tokens = 0;
    return decoded;
}

}  // namespace breakwater::openai_completions
