#include "messages.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "../shared/own_words.hpp"
#include "content.hpp"

namespace breakwater::anthropic_messages {
namespace {

// `system` in the middle of a conversation is a beta.
constexpr std::array<std::string_view, 3> kRoles{"user", "assistant", "system"};

/// Far more than any conversation has. What is paired with each other, such as calls and their results, is looked for.
constexpr std::size_t kMessagesMax = 16'384;

bool read_thinking(const Value& block, Message& out) {
    ReasoningPart part{};
    if (!block.optional("thinking", part.text) || !block.optional("signature", part.signature)) return false;
    out.parts.emplace_back(std::move(part));
    return true;
}

bool read_redacted(const Value& block, Message& out) {
    ReasoningPart part{};
    if (!block.required("data", part.redacted)) return false;
    out.parts.emplace_back(std::move(part));
    return true;
}

bool read_call(const Value& block, Message& out) {
    ToolCallPart part{};
    if (!block.required("id", part.id) || !block.required("name", part.name)) return false;
    const std::optional<Value> input = block.find("input");
    if (!input) return block.missing("input");
    if (!input->read_object(part.arguments)) return false;
    block.keep("extra_content", part.extension);
    block.keep("cache_control", part.cache_control);
    out.parts.emplace_back(std::move(part));
    return true;
}

bool read_assistant_block(const Value& block, Message& out) {
    const std::string_view type = block_type(block);
    if (type.empty()) return false;
    if (type == "thinking") return read_thinking(block, out);
    if (type == "redacted_thinking") return read_redacted(block, out);
    if (type == "tool_use") return read_call(block, out);
    return read_block(block, type, out);
}

/// The model is to say where in the document it found what it says, which no other dialect can ask for.
bool note_citations(const Value& block, std::string_view type, ChatRequest& request) {
    if (type != "document" && type != "search_result") return true;
    const std::optional<Value> citations = block.find("citations");
    if (!citations) return true;
    bool enabled = false;
    if (!citations->is_object()) return citations->wrong_type("an object");
    if (!citations->optional("enabled", enabled)) return false;
    if (enabled) ingress::note_own_member(*citations, request);
    return true;
}

bool read_result(const Value& block, ChatRequest& request) {
    Message& result = request.messages.emplace_back();
    result.role = Role::tool;
    if (!block.required("tool_use_id", result.tool_call_id) || !block.optional("is_error", result.tool_error)) {
        return false;
    }
    block.keep("cache_control", result.cache_control);
    if (const std::optional<Value> content = block.find("content")) {
        if (!read_content(*content, result)) return false;
        const auto note = [&](const Value& each) { return note_citations(each, block_type(each), request); };
        if (content->is_array() && !content->each_item(note)) return false;
    }
    if (!result.parts.empty()) return true;
    result.plain = true;
    result.parts.emplace_back(TextPart{.text = {}});
    return true;
}

/// Results go out as they come; the rest of the turn follows them.
bool read_user_block(const Value& block, Message& rest, ChatRequest& request) {
    const std::string_view type = block_type(block);
    if (type.empty()) return false;
    if (!note_citations(block, type, request)) return false;
    return type == "tool_result" ? read_result(block, request) : read_block(block, type, rest);
}

bool read_message(const Value& value, ChatRequest& request) {
    std::vector<Message>& out = request.messages;
    if (!value.is_object()) return value.wrong_type("an object");
    const std::optional<Value> role = value.find("role");
    if (!role) return value.missing("role");
    std::size_t word = 0;
    if (!role->read_word(word, kRoles)) return false;
    const std::optional<Value> content = value.find("content");
    if (!content) return value.missing("content");
    Message message{.role = word == 0 ? Role::user : word == 1 ? Role::assistant : Role::system};
    const std::size_t before = out.size();
    if (!content->is_array()) {
        if (!read_content(*content, message)) return false;
    } else {
        const bool read = content->each_item([&](const Value& block) {
            if (message.role == Role::assistant) return read_assistant_block(block, message);
            return read_user_block(block, message, request);
        });
        if (!read) return false;
    }
    // A turn of nothing but what was passed over, or an empty one, which agents send at the end of a cut answer.
    if (message.parts.empty() && (out.size() > before || message.role == Role::assistant)) return true;
    if (message.parts.empty()) return content->count() > 0 || content->fail("empty_array", "expected a content block");
    out.push_back(std::move(message));
    return true;
}

/// Turns are put together and ordered anew for other vendors, which takes more than a look at each block.
struct Bounds {
    std::size_t blocks = 0;
    std::size_t calls = 0;  ///< and results
    bool native = false;    ///< some block is one that only this dialect has

    bool take(const Value& at, std::span<const Message> read) {
        constexpr std::size_t kBlocksMax = 16'384;
        constexpr std::size_t kCallsMax = 4096;
        for (const Message& message : read) {
            blocks += message.parts.size();
            native = native || has_native_blocks(message);
            calls += message.role == Role::tool ? 1 : 0;
            calls += static_cast<std::size_t>(std::ranges::count_if(
                message.parts, [](const ContentPart& part) { return std::holds_alternative<ToolCallPart>(part); }));
        }
        if (blocks > kBlocksMax)
            return at.fail("array_above_max_length", "expected at most 16384 blocks in all messages");
        return calls <= kCallsMax ||
               at.fail("array_above_max_length", "expected at most 4096 uses and results of tools in all messages");
    }
};

}  // namespace

bool has_native_blocks(const Message& message) noexcept {
    return std::ranges::any_of(message.parts,
                               [](const ContentPart& part) { return std::holds_alternative<NativeItemPart>(part); });
}

bool read_messages(const Value& messages, ChatRequest& request) {
    std::vector<Message>& out = request.messages;
    Bounds bounds;
    if (messages.count() > kMessagesMax)
        return messages.fail("array_above_max_length", "expected at most 16384 messages");
    // What is stated is not yet read: a long list grows as it proves to be one. One place more for the system text.
    out.reserve(std::min<std::size_t>(messages.count(), 64) + 1);
    const auto read = [&](const Value& message) {
        const std::size_t before = out.size();
        return read_message(message, request) && bounds.take(message, std::span(out).subspan(before));
    };
    if (!messages.each_item(read)) return false;
    if (bounds.native) ingress::own_words(request).items = true;
    return !out.empty() || messages.fail("empty_array", "expected at least one message");
}

}  // namespace breakwater::anthropic_messages
