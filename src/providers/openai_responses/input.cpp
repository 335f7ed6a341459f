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
    return !std::holds_alternative<ReasoningPart>(part) && !std::holds_alternative<ToolCallPart>(part) &&
           !std::holds_alternative<NativeItemPart>(part);
}

/// The message's text where that is one piece, or null.
const ClientText* lone_text(const Message& message) noexcept {
    const ClientText* text = nullptr;
    for (const ContentPart& part : message.parts) {
        if (!is_said(part)) continue;
        const auto* piece = std::get_if<TextPart>(&part);
        if (piece == nullptr || text != nullptr) return nullptr;
        text = &piece->text;
    }
    return text;
}

/// What the client wrote as `instructions`: the first message, when that still is a system message of one text.
const ClientText* instructions(const ChatRequest& request) noexcept {
    if (!request.own || !request.own->instructions || request.messages.empty()) return nullptr;
    const Message& message = request.messages.front();
    return message.role == Role::system ? lone_text(message) : nullptr;
}

}  // namespace

void InputWriter::write(const ChatRequest& request, std::string_view instruction) {
    const SentText* sent = request.dialect == ClientDialect::openai_responses ? request.sent.get() : nullptr;
    std::size_t first = 0;
    if (sent != nullptr && !sent->system.empty()) {
        json_.raw_field("instructions", sent->system);
        first = 1;
    } else if (const ClientText* text = instructions(request)) {
        json_.field("instructions", text->string());
        first = 1;
    }
    if (sent != nullptr && !sent->messages.empty() && instruction.empty()) {
        json_.raw_field("input", sent->messages);
        return;
    }
    json_.key("input").begin_array();
    if (!instruction.empty()) {
        json_.begin_object().field("role", "system").field("content", instruction).end_object();
    }
    for (std::size_t i = first; i < request.messages.size(); ++i) message(request.messages[i], i);
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
    if (const ClientText* text = lone_text(message)) {
        json_.string(text->string());
        return;
    }
    json_.begin_array();
    for (std::size_t i = 0; i < message.parts.size(); ++i) {
        write_input_part(json_, message.parts[i], part_field(index, i), notes_);
    }
    json_.end_array();
}

// Items in the order of the turn's parts. The API refuses reasoning that nothing follows, so it goes only with what it
// led to.
void InputWriter::assistant(const Message& message, std::size_t index) {
    if (!message.audio.empty()) notes_.lose(member(index, "audio"), "This API does not refer to earlier audio.");
    const std::vector<ContentPart>& parts = message.parts;
    const auto is_thought = [](const ContentPart& part) { return std::holds_alternative<ReasoningPart>(part); };
    if (std::ranges::all_of(parts, is_thought)) {
        for (std::size_t i = 0; i < parts.size(); ++i)
            notes_.record(member(index, "reasoning_content"), AdaptAction::dropped);
        return said_by_assistant({}, index, 0);
    }
    for (std::size_t i = 0; i < parts.size();) {
        if (const auto* thought = std::get_if<ReasoningPart>(&parts[i])) {
            reasoning(*thought, index);
        } else if (const auto* one = std::get_if<ToolCallPart>(&parts[i])) {
            call(*one);
        } else if (const auto* item = std::get_if<NativeItemPart>(&parts[i])) {
            json_.raw(item->json);
        } else {
            const auto end = std::find_if_not(parts.begin() + static_cast<std::ptrdiff_t>(i), parts.end(), is_said);
            const auto count = static_cast<std::size_t>(end - parts.begin()) - i;
            said_by_assistant(std::span(parts).subspan(i, count), index, i);
            i += count;
            continue;
        }
        ++i;
    }
}

void InputWriter::said_by_assistant(std::span<const ContentPart> parts, std::size_t index, std::size_t first) {
    json_.begin_object().field("role", "assistant").key("content");
    const auto* text = parts.size() == 1 ? std::get_if<TextPart>(&parts.front()) : nullptr;
    if (text != nullptr || parts.empty()) {
        json_.string(text != nullptr ? text->text.string() : JsonString()).end_object();
        return;
    }
    json_.begin_array();
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (const auto* piece = std::get_if<TextPart>(&parts[i])) {
            json_.begin_object().field("type", "output_text").field("text", piece->text.string()).end_object();
        } else if (const auto* refusal = std::get_if<RefusalPart>(&parts[i])) {
            json_.begin_object().field("type", "refusal").field("refusal", refusal->text).end_object();
        } else {
            notes_.lose(part_field(index, first + i), "This API takes text only as what the assistant said.");
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
