#include <algorithm>

#include "../shared/told_format.hpp"
#include "encoding.hpp"
#include "splice.hpp"
#include "tool_ids.hpp"
#include "turns.hpp"

namespace breakwater::openai {
namespace {

/// Where a message stands, put into words only when there is something to say of it.
struct MessagePlace {
    std::size_t index;

    [[nodiscard]] std::string member(std::string_view name) const {
        return "messages[" + std::to_string(index) + "]." + std::string(name);
    }
};

bool is_content(const ContentPart& part) noexcept {
    return !std::holds_alternative<ReasoningPart>(part) && !std::holds_alternative<ToolCallPart>(part);
}

/// The text of a message that can go out as a bare string, or null: servers exist that take nothing else, so a single
/// part of text becomes one wherever the client did not insist on a list.
const ClientText* only_text(const Encoding& encoding, const Message& message) {
    const TextPart* text = nullptr;
    for (const ContentPart& part : message.parts) {
        if (!is_content(part)) continue;
        const auto* candidate = std::get_if<TextPart>(&part);
        if (candidate == nullptr || text != nullptr) return nullptr;
        text = candidate;
    }
    if (text == nullptr) return nullptr;
    if (message.plain) return &text->text;
    const bool hinted = !text->cache_control.empty() && encoding.native(Feature::prompt_caching);
    return encoding.official() || hinted ? nullptr : &text->text;
}

/// For servers that take no lists but of media: the texts of a message as one, or nothing if it has other parts too.
std::optional<std::string> joined_text(const Encoding& encoding, const Message& message) {
    if (encoding.quirks.text_lists) return std::nullopt;
    std::string joined;
    for (const ContentPart& part : message.parts) {
        if (!is_content(part)) continue;
        const auto* text = std::get_if<TextPart>(&part);
        if (text == nullptr) return std::nullopt;
        joined.append(joined.empty() ? "" : "\n").append(text->text.view());
    }
    return joined;
}

void write_content(const Encoding& encoding, const Message& message, MessagePlace where) {
    JsonWriter& json = encoding.json;
    json.key("content");
    if (const ClientText* text = only_text(encoding, message)) {
        json.string(text->string());
        return;
    }
    if (const auto text = joined_text(encoding, message)) {
        json.string(*text);
        return;
    }
    json.begin_array();
    for (std::size_t i = 0; i < message.parts.size(); ++i) {
        const ContentPart& part = message.parts[i];
        if (!is_content(part)) continue;
        const std::string path = where.member("content[" + std::to_string(i) + "]");
        // OpenAI takes only text as a tool's result; compatible servers of vision models take images too.
        if (encoding.official() && message.role == Role::tool && !std::holds_alternative<TextPart>(part)) {
            encoding.notes.lose(path, "This provider takes only text as the result of a tool.");
        } else {
            write_part(encoding, part, path);
        }
    }
    json.end_array();
}

void write_tool_call(const Encoding& encoding, const ToolCallPart& call) {
    JsonWriter& json = encoding.json;
    json.begin_object().field("id", upstream_tool_id(encoding.quirks, call.id));
    if (call.custom) {
        json.field("type", "custom").key("custom").begin_object();
        json.field("name", call.name).field("input", call.arguments).end_object();
    } else {
        json.field("type", "function").key("function").begin_object().field("name", call.name);
        // Chat templates parse the arguments, and no text at all is no JSON.
        json.field("arguments", call.arguments.empty() ? std::string_view("{}") : std::string_view(call.arguments));
        json.end_object();
    }
    if (!call.extension.empty() && !encoding.official()) json.raw_field("extra_content", call.extension);
    write_cache_control(encoding, call.cache_control);
    json.end_object();
}

void write_tool_calls(const Encoding& encoding, const Message& message) {
    encoding.json.key("tool_calls").begin_array();
    for (const ContentPart& part : message.parts) {
        if (const auto* call = std::get_if<ToolCallPart>(&part)) write_tool_call(encoding, *call);
    }
    encoding.json.end_array();
}

void write_assistant(const Encoding& encoding, const Message& message, MessagePlace where, bool in_tool_loop) {
    const bool content = std::ranges::any_of(message.parts, is_content);
    const bool calls = std::ranges::any_of(
        message.parts, [](const ContentPart& part) { return std::holds_alternative<ToolCallPart>(part); });
    if (content) {
        write_content(encoding, message, where);
    } else if (calls || !message.audio.empty()) {
        encoding.json.key("content").null();
    } else {
        encoding.json.field("content", "");
    }
    write_reasoning_replay(encoding, message, in_tool_loop);
    if (calls) write_tool_calls(encoding, message);
    if (!message.audio.empty()) encoding.json.raw_field("audio", message.audio);
}

std::string_view role_name(const Encoding& encoding, Role role, MessagePlace where) {
    switch (role) {
        case Role::system:
            return "system";
        case Role::developer:
            if (takes_developer_role(encoding)) return "developer";
            encoding.notes.record(where.member("role"), AdaptAction::mapped);
            return "system";
        case Role::user:
            return "user";
        case Role::assistant:
            return "assistant";
        case Role::tool:
            return "tool";
    }
    return "user";
}

void write_name(const Encoding& encoding, const Message& message, MessagePlace where) {
    if (message.name.empty()) return;
    if (encoding.quirks.message_names) {
        encoding.json.field("name", message.name);
    } else {
        encoding.notes.change(where.member("name"), AdaptAction::dropped);
    }
}

/// On the assistant's message at the end, which is to be continued.
void write_prefill_mark(const Encoding& encoding) {
    switch (encoding.quirks.prefill) {
        case config::Prefill::plain:
        case config::Prefill::final_message:
            return;
        case config::Prefill::prefix:
            encoding.json.field("prefix", true);
            return;
        case config::Prefill::partial:
            encoding.json.field("partial", true);
            return;
    }
}

/// Where the last user message is: reasoning behind it belongs to the running loop of tool calls.
std::size_t last_user_message(const std::vector<Message>& messages) noexcept {
    for (std::size_t i = messages.size(); i > 0; --i) {
        if (messages[i - 1].role == Role::user) return i - 1;
    }
    return 0;
}

}  // namespace

bool takes_developer_role(const Encoding& encoding) noexcept {
    switch (encoding.quirks.developer_role) {
        case config::DeveloperRole::by_model:
            return encoding.openai_model();
        case config::DeveloperRole::native:
            return true;
        case config::DeveloperRole::system:
            return false;
    }
    return false;
}

std::string_view write_messages(const Encoding& encoding) {
    JsonWriter& json = encoding.json;
    std::vector<Message> joined;
    const std::vector<Message>& messages = taken_turns(encoding, joined);
    const std::string instruction = told_format(encoding.request, encoding.deployment);
    if (&messages == &encoding.request.messages && instruction.empty()) {
        if (const std::string_view sent = sent_messages(encoding); !sent.empty()) {
            if (sent.size() >= SharedTail::kBytesLeast) return sent;
            json.raw_field("messages", sent);
            return {};
        }
    }
    const std::size_t last_user = last_user_message(messages);
    json.out().reserve(json.out().capacity() + long_messages_bytes(encoding.request));
    json.key("messages").begin_array();
    if (!instruction.empty()) {
        json.begin_object().field("role", "system").field("content", instruction).end_object();
    }
    for (std::size_t i = 0; i < messages.size(); ++i) {
        const Message& message = messages[i];
        const MessagePlace where{i};
        json.begin_object().field("role", role_name(encoding, message.role, where));
        write_name(encoding, message, where);
        if (message.role == Role::tool) {
            json.field("tool_call_id", upstream_tool_id(encoding.quirks, message.tool_call_id));
            if (message.tool_error) encoding.notes.record(where.member("is_error"), AdaptAction::dropped);
        }
        if (message.role == Role::assistant) {
            write_assistant(encoding, message, where, i > last_user);
            if (i + 1 == messages.size()) write_prefill_mark(encoding);
        } else if (message.parts.empty()) {
            json.field("content", "");
        } else {
            write_content(encoding, message, where);
        }
        write_cache_control(encoding, message.cache_control);
        json.end_object();
    }
    json.end_array();
    return {};
}

}  // namespace breakwater::openai
