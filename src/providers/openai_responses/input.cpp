#include "input.hpp"

#include <algorithm>

#include "call_ids.hpp"
#include "content.hpp"
#include "seal.hpp"

namespace breakwater::openai_responses {
namespace {

std::string member(std::size_t message, std::string_view name) {
    return "messages[" + std::to_string(message) + "]." + std::string(name);
}

std::string part_field(std::size_t message, std::size_t part) {
    return member(message, "content[" + std::to_string(part) + "]");
}

std::string_view role_word(Role role) noexcept {
    switch (role) {
        case Role::system:
            return "system";
        case Role::developer:
            return "developer";
        case Role::assistant:
            return "assistant";
        case Role::user:
        case Role::tool:
            return "user";
    }
    return "user";
}

bool is_said(const ContentPart& part) noexcept {
    return !std::holds_alternative<ReasoningPart>(part) && !std::holds_alternative<ToolCallPart>(part);
}

/// The message's text where that is one piece, or null.
const std::string* lone_text(const Message& message) noexcept {
    const std::string* text = nullptr;
    for (const ContentPart& part : message.parts) {
        if (!is_said(part)) continue;
        const auto* piece = std::get_if<TextPart>(&part);
        if (piece == nullptr || text != nullptr) return nullptr;
        text = &piece->text;
    }
    return text;
}

}  // namespace

void InputWriter::write(const ChatRequest& request, std::string_view instruction) {
    json_.key("input").begin_array();
    if (!instruction.empty()) {
        json_.begin_object().field("role", "system").field("content", instruction).end_object();
    }
    for (std::size_t i = 0; i < request.messages.size(); ++i) message(request.messages[i], i);
    json_.end_array();
}

void InputWriter::message(const Message& message, std::size_t index) {
    if (!message.name.empty()) notes_.change(member(index, "name"), AdaptAction::dropped);
    switch (message.role) {
        case Role::assistant:
            return assistant(message, index);
        case Role::tool:
            return result(message, index);
        case Role::system:
        case Role::developer:
        case Role::user:
            return spoken(message, index);
    }
}

void InputWriter::spoken(const Message& message, std::size_t index) {
    json_.begin_object().field("role", role_word(message.role)).key("content");
    content(message, index);
    json_.end_object();
}

void InputWriter::content(const Message& message, std::size_t index) {
    if (message.parts.empty()) {
        json_.string("");
        return;
    }
    if (const std::string* text = lone_text(message)) {
        json_.string(*text);
        return;
    }
    json_.begin_array();
    for (std::size_t i = 0; i < message.parts.size(); ++i) {
        write_input_part(json_, message.parts[i], part_field(index, i), notes_);
    }
    json_.end_array();
}

// The API refuses reasoning that nothing follows, so it goes only with what it led to.
void InputWriter::assistant(const Message& message, std::size_t index) {
    if (!message.audio.empty()) notes_.lose(member(index, "audio"), "This API does not refer to earlier audio.");
    const bool said = std::ranges::any_of(message.parts, is_said);
    const auto is_call = [](const ContentPart& part) { return std::holds_alternative<ToolCallPart>(part); };
    const bool calls = std::ranges::any_of(message.parts, is_call);
    for (const ContentPart& part : message.parts) {
        const auto* thought = std::get_if<ReasoningPart>(&part);
        if (thought == nullptr) continue;
        if (said || calls) {
            reasoning(*thought, index);
        } else {
            notes_.record(member(index, "reasoning_content"), AdaptAction::dropped);
        }
    }
    if (said || !calls) said_by_assistant(message, index);
    for (const ContentPart& part : message.parts) {
        if (const auto* one = std::get_if<ToolCallPart>(&part)) call(*one);
    }
}

void InputWriter::said_by_assistant(const Message& message, std::size_t index) {
    json_.begin_object().field("role", "assistant").key("content");
    const std::string* text = lone_text(message);
    if (text != nullptr || std::ranges::none_of(message.parts, is_said)) {
        json_.string(text != nullptr ? std::string_view(*text) : std::string_view()).end_object();
        return;
    }
    json_.begin_array();
    for (std::size_t i = 0; i < message.parts.size(); ++i) {
        const ContentPart& part = message.parts[i];
        if (!is_said(part)) continue;
        if (const auto* piece = std::get_if<TextPart>(&part)) {
            json_.begin_object().field("type", "output_text").field("text", piece->text).end_object();
        } else if (const auto* refusal = std::get_if<RefusalPart>(&part)) {
            json_.begin_object().field("type", "refusal").field("refusal", refusal->text).end_object();
        } else {
            notes_.lose(part_field(index, i), "This API takes text only as what the assistant said.");
        }
    }
    json_.end_array().end_object();
}

// Thoughts mean something to the model only as the provider wrote them; others stay behind.
void InputWriter::reasoning(const ReasoningPart& part, std::size_t index) {
    const auto seal = unpack_seal(provider_, part.signature);
    if (!seal) return notes_.record(member(index, "reasoning_content"), AdaptAction::dropped);
    const bool encrypted = !seal->encrypted.empty();
    sealed_ = sealed_ || encrypted;
    json_.begin_object().field("type", "reasoning");
    if (!seal->id.empty()) json_.field("id", seal->id);
    json_.key("summary").begin_array();
    if (encrypted && !part.text.empty()) {
        json_.begin_object().field("type", "summary_text").field("text", part.text).end_object();
    }
    json_.end_array();
    if (encrypted) {
        json_.field("encrypted_content", seal->encrypted);
    } else {
        json_.key("content").begin_array().begin_object().field("type", "reasoning_text").field("text", part.text);
        json_.end_object().end_array();
    }
    json_.end_object();
}

void InputWriter::call(const ToolCallPart& part) {
    if (part.custom) custom_calls_.insert(part.id);
    json_.begin_object().field("type", part.custom ? "custom_tool_call" : "function_call");
    json_.field("call_id", call_id(part.id)).field("name", names_.wire(part.name));
    if (part.custom) {
        json_.field("input", part.arguments);
    } else {
        json_.field("arguments", part.arguments.empty() ? std::string_view("{}") : std::string_view(part.arguments));
    }
    json_.end_object();
}

void InputWriter::result(const Message& message, std::size_t index) {
    if (message.tool_error) notes_.record(member(index, "is_error"), AdaptAction::dropped);
    const bool custom = custom_calls_.contains(message.tool_call_id);
    json_.begin_object().field("type", custom ? "custom_tool_call_output" : "function_call_output");
    json_.field("call_id", call_id(message.tool_call_id)).key("output");
    content(message, index);
    json_.end_object();
}

}  // namespace breakwater::openai_responses
