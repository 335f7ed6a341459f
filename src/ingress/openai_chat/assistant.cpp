#include "assistant.hpp"

#include <array>

namespace breakwater::openai_chat {
namespace {

constexpr std::array<std::string_view, 2> kBlockTypes{"thinking", "redacted_thinking"};
constexpr std::array<std::string_view, 2> kCallTypes{"function", "custom"};

bool read_thinking_block(const Value& block, Message& out) {
    if (!block.is_object()) return block.wrong_type("an object");
    const std::optional<Value> type = block.find("type");
    if (!type) return block.missing("type");
    std::string word;
    if (!type->read_word(word, kBlockTypes)) return false;
    ReasoningPart part{};
    if (word == "redacted_thinking") {
        if (!block.required("data", part.redacted)) return false;
    } else if (!block.optional("thinking", part.text) || !block.optional("signature", part.signature)) {
        return false;
    }
    out.parts.emplace_back(std::move(part));
    return true;
}

bool read_reasoning_text(const Value& message, std::string_view key, Message& out) {
    ReasoningPart part{};
    if (!message.optional(key, part.text)) return false;
    if (!part.text.empty()) out.parts.emplace_back(std::move(part));
    return true;
}

/// The text stays as it is: the model wrote it, and it may be empty or no JSON at all.
bool read_payload(const Value& call, std::string_view kind, std::string_view text_key, ToolCallPart& part) {
    const std::optional<Value> payload = call.find(kind);
    if (!payload) return call.missing(kind);
    if (!payload->is_object()) return payload->wrong_type("an object");
    return payload->required("name", part.name) && payload->optional(text_key, part.arguments);
}

bool read_tool_call(const Value& call, Message& out) {
    if (!call.is_object()) return call.wrong_type("an object");
    ToolCallPart part{};
    if (!call.required("id", part.id)) return false;
    std::string type = "function";  // Left out by clients that know one kind only.
    const std::optional<Value> given = call.find("type");
    if (given && !given->read_word(type, kCallTypes)) return false;
    part.custom = type == "custom";
    if (!read_payload(call, type, part.custom ? "input" : "arguments", part)) return false;
    call.keep("extra_content", part.extension);
    call.keep("cache_control", part.cache_control);
    out.parts.emplace_back(std::move(part));
    return true;
}

}  // namespace

bool read_reasoning(const Value& message, Message& out) {
    const std::size_t before = out.parts.size();
    if (const std::optional<Value> blocks = message.find("thinking_blocks")) {
        if (!blocks->each_item([&](const Value& block) { return read_thinking_block(block, out); })) return false;
    }
    if (out.parts.size() == before && !read_reasoning_text(message, "reasoning_content", out)) return false;
    return out.parts.size() != before || read_reasoning_text(message, "reasoning", out);
}

bool read_tool_calls(const Value& message, Message& out) {
    const std::optional<Value> calls = message.find("tool_calls");
    if (!calls) return true;
    constexpr std::size_t kCallsMax = 1024;
    if (calls->count() > kCallsMax) return calls->fail("array_above_max_length", "expected at most 1024 tool calls");
    return calls->each_item([&](const Value& call) { return read_tool_call(call, out); });
}

bool read_function_call(const Value& message, std::string call_id, Message& out, bool& found) {
    const std::optional<Value> call = message.find("function_call");
    found = call.has_value();
    if (!found) return true;
    if (!call->is_object()) return call->wrong_type("an object");
    ToolCallPart part{};
    part.id = std::move(call_id);
    if (!call->required("name", part.name) || !call->optional("arguments", part.arguments)) return false;
    out.parts.emplace_back(std::move(part));
    return true;
}

}  // namespace breakwater::openai_chat
