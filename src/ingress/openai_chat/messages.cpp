#include "messages.hpp"

#include <algorithm>
#include <array>

#include "assistant.hpp"
#include "content.hpp"

namespace breakwater::openai_chat {
namespace {

constexpr std::array<std::string_view, 6> kRoles{"system", "developer", "user", "assistant", "tool", "function"};
constexpr std::array<Role, 6> kRoleValues{Role::system,    Role::developer, Role::user,
                                          Role::assistant, Role::tool,      Role::tool};

/// The members that nearly every message has, found in one walk over it.
struct UsualMembers {
    explicit UsualMembers(const Value& message) {
        message.each_member([this](std::string_view key, const Value& value) {
            if (key == "role") {
                role = value;
            } else if (key == "content") {
                content = value;
            } else if (key == "name") {
                name = value;
            } else if (key == "cache_control") {
                cache_control = value;
            }
            return true;
        });
    }
    std::optional<Value> role{};
    std::optional<Value> content{};
    std::optional<Value> name{};
    std::optional<Value> cache_control{};
};

/// Far more than any conversation has. What is paired with each other, such as calls and their results, is looked for.
constexpr std::size_t kMessagesMax = 16'384;

bool read_required_content(const Value& message, const std::optional<Value>& content, Message& out) {
    if (!content) return message.missing("content");
    if (!read_content(*content, out)) return false;
    return !out.parts.empty() || content->fail("empty_array", "expected at least one content part");
}

/// Reads one message after the other; knows of the legacy call that waits for its result.
class MessagesReader {
public:
    explicit MessagesReader(std::vector<Message>& out) : out_(out) {}

    bool read(const Value& value) {
        if (!value.is_object()) return value.wrong_type("an object");
        const UsualMembers members(value);
        if (!members.role) return value.missing("role");
        std::size_t role = 0;
        if (!members.role->read_word(role, kRoles)) return false;
        Message& message = out_.emplace_back();
        message.role = kRoleValues[role];
        if (members.name && !members.name->read(message.name)) return false;
        if (members.cache_control) message.cache_control = members.cache_control->json();
        if (kRoles[role] == "function") return function(value, members, message);
        return by_role(value, members, message);
    }

private:
    bool by_role(const Value& value, const UsualMembers& members, Message& message) {
        switch (message.role) {
            case Role::system:
            case Role::developer:
            case Role::user:
                return read_required_content(value, members.content, message);
            case Role::tool:
                return value.required("tool_call_id", message.tool_call_id) &&
                       value.optional("is_error", message.tool_error) &&
                       read_required_content(value, members.content, message);
            case Role::assistant:
                return assistant(value, members, message);
        }
        return false;
    }

    bool assistant(const Value& value, const UsualMembers& members, Message& message) {
        if (!read_reasoning(value, message) || !assistant_text(value, members, message)) return false;
        const std::size_t before_calls = message.parts.size();
        bool legacy = false;
        std::string legacy_id = "call_function_" + std::to_string(out_.size() - 1);
        if (!read_tool_calls(value, message) || !read_function_call(value, legacy_id, message, legacy)) return false;
        if (legacy) legacy_call_ = std::move(legacy_id);
        if (const std::optional<Value> audio = value.find("audio"); audio && !audio->read_object(message.audio)) {
            return false;
        }
        drop_empty_text(message, before_calls);
        return !message.parts.empty() || !message.audio.empty() || value.missing("content");
    }

    static bool assistant_text(const Value& value, const UsualMembers& members, Message& message) {
        if (members.content && !read_content(*members.content, message)) return false;
        RefusalPart refusal{};
        if (!value.optional("refusal", refusal.text)) return false;
        if (!refusal.text.empty()) message.parts.emplace_back(std::move(refusal));
        return true;
    }

    /// Clients write `"content": ""` beside tool calls where they mean none, and some providers refuse empty text.
    static void drop_empty_text(Message& message, std::size_t before_calls) {
        if (message.parts.size() == before_calls || !message.plain) return;
        std::erase_if(message.parts, [](const ContentPart& part) {
            const auto* text = std::get_if<TextPart>(&part);
            return text != nullptr && text->text.empty();
        });
    }

    /// The legacy result of a function. It has no call id of its own; it answers the last `function_call`.
    bool function(const Value& value, const UsualMembers& members, Message& message) {
        if (message.name.empty()) return value.missing("name");
        if (legacy_call_.empty()) {
            return value.fail("invalid_value",
                              "a function message must follow an assistant message with function_call");
        }
        message.tool_call_id = legacy_call_;
        if (members.content) return read_content(*members.content, message);
        message.plain = true;
        message.parts.emplace_back(TextPart{.text = {}});
        return true;
    }

    std::vector<Message>& out_;
    std::string legacy_call_;
};

}  // namespace

bool read_messages(const Value& messages, std::vector<Message>& out) {
    if (messages.count() > kMessagesMax)
        return messages.fail("array_above_max_length", "expected at most 16384 messages");
    // What is stated is not yet read: a long list grows as it proves to be one.
    out.reserve(std::min<std::size_t>(messages.count(), 64));
    MessagesReader reader(out);
    if (!messages.each_item([&](const Value& message) { return reader.read(message); })) return false;
    return !out.empty() || messages.fail("empty_array", "expected at least one message");
}

}  // namespace breakwater::openai_chat
