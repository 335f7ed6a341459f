#include "input.hpp"

#include <algorithm>
#include <array>

#include "content.hpp"
#include "seal.hpp"

namespace breakwater::openai_responses_client {
namespace {

/// Far more than any conversation has. What is paired with each other, such as calls and their results, is looked for.
constexpr std::size_t kItemsMax = 16'384;
constexpr std::array<std::string_view, 4> kRoles{"user", "assistant", "system", "developer"};
constexpr std::array<Role, 4> kRoleValues{Role::user, Role::assistant, Role::system, Role::developer};
constexpr std::string_view kTypes =
    "one of message, function_call, function_call_output, custom_tool_call, custom_tool_call_output, reasoning, or an "
    "item of a hosted tool";

constexpr std::array<std::string_view, 6> kOwnTypes{
    "message", "function_call", "custom_tool_call", "function_call_output", "custom_tool_call_output", "reasoning"};

/// Calls of hosted tools and what belongs to them; vendors add new ones by the same endings.
bool is_hosted(std::string_view type) noexcept {
    return type.ends_with("_call") || type.ends_with("_output") || type.ends_with("_tools") ||
           type.starts_with("mcp_") || type == "compaction";
}

/// The texts of a list of parts, one paragraph each.
bool join_texts(const Value& item, std::string_view member, std::string& out) {
    const std::optional<Value> parts = item.find(member);
    if (!parts) return true;
    return parts->each_item([&](const Value& part) {
        std::string text;
        if (!part.is_object()) return part.wrong_type("an object");
        if (!part.optional("text", text)) return false;
        if (!out.empty() && !text.empty()) out += "\n\n";
        out += text;
        return true;
    });
}

}  // namespace

bool InputReader::read(const Value& input) {
    if (input.is_string()) {
        Message& message = out_.emplace_back();
        return read_content(input, message);
    }
    if (!input.is_array()) return input.wrong_type("a string or an array of items");
    if (input.count() > kItemsMax) return input.fail("array_above_max_length", "expected at most 16384 items");
    std::size_t index = 0;
    return input.each_item([&](const Value& value) { return item(value, index++); });
}

bool InputReader::item(const Value& item, std::size_t index) {
    if (!item.is_object()) return item.wrong_type("an item (an object)");
    const std::optional<Value> type = item.find("type");
    if (type && !type->is_string()) return type->wrong_type(kTypes);
    const std::string_view word = type ? type->text() : "message";
    // Providers do not know the names that the gateway gave to items.
    if (std::ranges::find(kOwnTypes, word) != kOwnTypes.end() && item.find("id")) as_sent_ = false;
    if (word == "message") return message(item);
    if (word == "function_call" || word == "custom_tool_call") return call(item, word == "custom_tool_call");
    if (word == "function_call_output" || word == "custom_tool_call_output") return result(item);
    if (word == "reasoning") return reasoning(item, index);
    if (word == "item_reference") {
        return type->fail("unsupported_value", "the gateway keeps no single items; send the item itself");
    }
    return is_hosted(word) ? native(item, index) : type->wrong_value(kTypes);
}

bool InputReader::message(const Value& item) {
    const std::optional<Value> role = item.find("role");
    if (!role) return item.missing("role");
    std::size_t word = 0;
    if (!role->read_word(word, kRoles)) return false;
    const std::optional<Value> content = item.find("content");
    if (!content) return item.missing("content");
    if (kRoleValues[word] == Role::assistant) {
        const bool silent = content->is_array() && content->count() == 0;
        return silent || read_content(*content, turn(true));
    }
    Message& message = out_.emplace_back();
    message.role = kRoleValues[word];
    if (!read_content(*content, message)) return false;
    return !message.parts.empty() || content->fail("empty_array", "expected at least one content part");
}

// The text of a call stays as it is: the model wrote it, and it may be empty or no JSON at all.
bool InputReader::call(const Value& item, bool custom) {
    ToolCallPart part{.id = {}, .name = {}, .arguments = {}, .custom = custom};
    if (!item.required("call_id", part.id) || !item.required("name", part.name)) return false;
    if (!item.optional(custom ? "input" : "arguments", part.arguments)) return false;
    item.keep("extra_content", part.extension);
    if (!part.extension.empty()) as_sent_ = false;  // an addition of the gateway's
    turn(false).parts.emplace_back(std::move(part));
    return true;
}

bool InputReader::result(const Value& item) {
    Message& message = out_.emplace_back();
    message.role = Role::tool;
    if (!item.required("call_id", message.tool_call_id)) return false;
    const std::optional<Value> output = item.find("output");
    return output ? read_content(*output, message) : item.missing("output");
}

// Content that is encrypted, but not by way of this gateway, means something to its provider only.
bool InputReader::reasoning(const Value& item, std::size_t index) {
    ReasoningPart part{};
    std::string content;
    if (!item.optional("encrypted_content", content)) return false;
    const bool ours = unpack_content(content, part);
    if (!content.empty() && !ours) return native(item, index);
    if (!join_texts(item, "content", part.text)) return false;
    if (part.text.empty() && !join_texts(item, "summary", part.text)) return false;
    as_sent_ = false;
    if (ours || !part.text.empty()) turn(true).parts.emplace_back(std::move(part));
    return true;
}

bool InputReader::native(const Value& item, std::size_t index) {
    native_ = true;
    turn(true).parts.emplace_back(NativeItemPart{.json = item.json(), .field = "input[" + std::to_string(index) + "]"});
    return true;
}

// After a call everything joins its turn: a call is to be followed by its result.
Message& InputReader::turn(bool begins) {
    const bool open = !out_.empty() && out_.back().role == Role::assistant;
    if (open) {
        const std::vector<ContentPart>& parts = out_.back().parts;
        const auto is_call = [](const ContentPart& part) { return std::holds_alternative<ToolCallPart>(part); };
        const auto is_said = [](const ContentPart& part) {
            return std::holds_alternative<TextPart>(part) || std::holds_alternative<RefusalPart>(part);
        };
        if (!begins || std::ranges::any_of(parts, is_call) || std::ranges::none_of(parts, is_said)) return out_.back();
    }
    Message& message = out_.emplace_back();
    message.role = Role::assistant;
    return message;
}

}  // namespace breakwater::openai_responses_client
