#include "messages.hpp"

#include <algorithm>

#include "../shared/call_arguments.hpp"
#include "../shared/data_uri.hpp"
#include "breakwater/base/strings.hpp"
#include "documents.hpp"

namespace breakwater::cohere {

namespace {

constexpr std::string_view kNoResult = "[no result]";
// Ends a request that stops with the assistant's turn, which the API does not go on with.
constexpr std::string_view kContinue = "Continue.";

std::string place(std::size_t message, std::string_view rest = {}) {
    return "messages[" + std::to_string(message) + "]" + std::string(rest);
}

std::string part_place(std::size_t message, std::size_t part) {
    return place(message, ".content[" + std::to_string(part) + "]");
}

bool is_system(const Message& message) {
    return message.role == Role::system || message.role == Role::developer;
}

void append_paragraph(std::string& text, std::string_view more) {
    if (trim(more).empty()) return;
    if (!text.empty()) text += "\n\n";
    text += more;
}

/// What the assistant said: text, or a refusal.
std::optional<std::string_view> said(const ContentPart& part) {
    if (const auto* text = std::get_if<TextPart>(&part)) return text->text.view();
    if (const auto* refusal = std::get_if<RefusalPart>(&part)) return refusal->text;
    return std::nullopt;
}

bool is_call(const ContentPart& part) {
    return std::holds_alternative<ToolCallPart>(part);
}

bool is_text(const ContentPart& part) {
    return std::holds_alternative<TextPart>(part);
}

}  // namespace

void MessageWriter::write(const std::vector<Message>& messages, std::string_view instruction) {
    writer_.key("messages").begin_array();
    system(messages, instruction);
    for (std::size_t i = 0; i < messages.size(); ++i) {
        if (!messages[i].name.empty()) notes_.record(place(i, ".name"), AdaptAction::dropped);
        if (!is_system(messages[i])) turn(messages[i], i);
    }
    close_calls();
    continuation(messages);
    writer_.end_array();
}

// Older models refuse a system message that is not the first.
void MessageWriter::system(const std::vector<Message>& messages, std::string_view instruction) {
    std::string text;
    bool turns = false;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        const Message& message = messages[i];
        if (!is_system(message)) {
            turns = true;
            continue;
        }
        if (turns) notes_.record(place(i), AdaptAction::mapped);
        for (std::size_t part = 0; part < message.parts.size(); ++part) {
            if (const auto* one = std::get_if<TextPart>(&message.parts[part])) {
                append_paragraph(text, one->text.view());
            } else {
                notes_.lose(part_place(i, part), "System messages can hold text only.");
            }
        }
    }
    append_paragraph(text, instruction);
    if (text.empty()) return;
    writer_.begin_object().field("role", "system").field("content", text).end_object();
}

void MessageWriter::turn(const Message& message, std::size_t index) {
    switch (message.role) {
        case Role::system:
        case Role::developer:
            return;
        case Role::user:
            close_calls();
            return user(message, index);
        case Role::assistant:
            close_calls();
            return assistant(message, index);
        case Role::tool:
            return result(message, index);
    }
}

void MessageWriter::user(const Message& message, std::size_t index) {
    const bool plain = message.parts.size() == 1 && is_text(message.parts.front());
    writer_.begin_object().field("role", "user").key("content");
    if (plain) {
        writer_.string(std::get<TextPart>(message.parts.front()).text.string());
    } else {
        writer_.begin_array();
        for (std::size_t i = 0; i < message.parts.size(); ++i) user_part(message.parts[i], part_place(index, i));
        writer_.end_array();
    }
    writer_.end_object();
    any_ = true;
    ends_with_assistant_ = false;
}

void MessageWriter::user_part(const ContentPart& part, const std::string& field) {
    if (const auto* text = std::get_if<TextPart>(&part)) {
        writer_.begin_object().field("type", "text").field("text", text->text.string()).end_object();
    } else if (const auto* one = std::get_if<ImagePart>(&part)) {
        image(*one, field);
    } else if (const auto* file = std::get_if<FilePart>(&part)) {
        // Its text goes with the documents; here stands which one is meant.
        if (!file_text(*file)) return;
        const std::string name = file->filename.empty() ? "attached file" : file->filename;
        writer_.begin_object().field("type", "text").field("text", "[" + name + "]").end_object();
    } else {
        notes_.lose(field, "Cohere's models take text and images only.");
    }
}

void MessageWriter::image(const ImagePart& image, const std::string& field) {
    writer_.begin_object().field("type", "image_url").key("image_url").begin_object();
    writer_.key("url");
    write_media_url(writer_, image.url, image.media_type, image.data.string());
    if (image.detail == "auto" || image.detail == "low" || image.detail == "high") {
        writer_.field("detail", image.detail);
    } else if (!image.detail.empty()) {
        notes_.record(field + ".detail", AdaptAction::dropped);
    }
    writer_.end_object().end_object();
}

void MessageWriter::assistant(const Message& message, std::size_t index) {
    if (!message.audio.empty()) notes_.change(place(index, ".audio"), AdaptAction::dropped);
    for (std::size_t i = 0; i < message.parts.size(); ++i) {
        const ContentPart& part = message.parts[i];
        if (!said(part) && !is_call(part) && !std::holds_alternative<ReasoningPart>(part))
            notes_.lose(part_place(index, i), "The assistant's turns can hold text only.");
    }
    const auto speaks = [](const ContentPart& part) { return said(part).value_or("") != ""; };
    if (std::ranges::any_of(message.parts, is_call)) {
        assistant_calls(message, index);
    } else if (std::ranges::any_of(message.parts, speaks)) {
        assistant_content(message, index);
    } else {
        return notes_.record(place(index), AdaptAction::dropped);
    }
    any_ = true;
    ends_with_assistant_ = true;
}

void MessageWriter::assistant_content(const Message& message, std::size_t index) {
    // Other models refuse thoughts, and what another vendor sealed says nothing here.
    const bool thinks = deployment_.capabilities.feature(Feature::reasoning) == Support::native;
    writer_.begin_object().field("role", "assistant").key("content").begin_array();
    for (const ContentPart& part : message.parts) {
        if (const auto* reasoning = std::get_if<ReasoningPart>(&part)) {
            if (thinks && !reasoning->text.empty()) {
                writer_.begin_object().field("type", "thinking").field("thinking", reasoning->text).end_object();
            } else {
                notes_.record(place(index, ".reasoning_content"), AdaptAction::dropped);
            }
        } else if (const auto text = said(part); text && !text->empty()) {
            writer_.begin_object().field("type", "text").field("text", *text).end_object();
        }
    }
    writer_.end_array().end_object();
}

// The API takes calls and content in one turn badly: what was thought and said before the calls is their plan.
void MessageWriter::assistant_calls(const Message& message, std::size_t index) {
    std::string plan;
    bool spoke = false;
    for (const ContentPart& part : message.parts) {
        if (const auto* reasoning = std::get_if<ReasoningPart>(&part)) append_paragraph(plan, reasoning->text);
        if (const auto text = said(part); text && !trim(*text).empty()) {
            append_paragraph(plan, *text);
            spoke = true;
        }
    }
    if (spoke) notes_.record(place(index, ".content"), AdaptAction::mapped);
    writer_.begin_object().field("role", "assistant");
    if (!plan.empty()) writer_.field("tool_plan", plan);
    writer_.key("tool_calls").begin_array();
    std::size_t calls = 0;
    for (const ContentPart& part : message.parts) {
        const auto* call = std::get_if<ToolCallPart>(&part);
        if (call == nullptr) continue;
        const CallArguments arguments = object_arguments(*call, reader_);
        if (arguments.wrapped) {
            notes_.record(place(index, ".tool_calls[" + std::to_string(calls) + "]"), AdaptAction::mapped);
        }
        ++calls;
        writer_.begin_object().field("id", call->id).field("type", "function").key("function").begin_object();
        writer_.field("name", names_.wire(call->name)).field("arguments", arguments.json).end_object().end_object();
        open_calls_.push_back({.id = call->id, .message = index});
    }
    writer_.end_array().end_object();
}

void MessageWriter::result(const Message& message, std::size_t index) {
    const auto open = std::ranges::find(open_calls_, std::string_view(message.tool_call_id), &OpenCall::id);
    if (open == open_calls_.end()) return orphan(message, index);
    open_calls_.erase(open);
    if (message.tool_error) notes_.record(place(index, ".is_error"), AdaptAction::dropped);
    writer_.begin_object().field("role", "tool").field("tool_call_id", message.tool_call_id).key("content");
    result_content(message, index);
    writer_.end_object();
    any_ = true;
    ends_with_assistant_ = false;
}

// Text that is a JSON object is read as one by the API; other text becomes the object's `content`.
void MessageWriter::result_content(const Message& message, std::size_t index) {
    if (message.parts.empty()) {
        writer_.string("");
        return;
    }
    if (message.parts.size() == 1 && is_text(message.parts.front())) {
        writer_.string(std::get<TextPart>(message.parts.front()).text.string());
        return;
    }
    writer_.begin_array();
    for (std::size_t i = 0; i < message.parts.size(); ++i) {
        const ContentPart& part = message.parts[i];
        const auto* file = std::get_if<FilePart>(&part);
        if (const auto* text = std::get_if<TextPart>(&part)) {
            writer_.begin_object().field("type", "text").field("text", text->text.string()).end_object();
        } else if (const auto content = file != nullptr ? file_text(*file) : std::nullopt) {
            writer_.begin_object().field("type", "document").key("document").begin_object().key("data");
            write_document_data(writer_, *content, file->filename);
            writer_.end_object().end_object();
        } else {
            notes_.lose(part_place(index, i), "Results of tools can hold text and text files only.");
        }
    }
    writer_.end_array();
}

// Without its call a result is an error to the API, but what it says may still matter.
void MessageWriter::orphan(const Message& message, std::size_t index) {
    notes_.change(place(index), AdaptAction::emulated);
    close_calls();
    user(message, index);
}

void MessageWriter::close_calls() {
    for (const OpenCall& call : open_calls_) {
        notes_.change(place(call.message, ".tool_calls"), AdaptAction::emulated);
        writer_.begin_object().field("role", "tool").field("tool_call_id", call.id);
        writer_.field("content", kNoResult).end_object();
        ends_with_assistant_ = false;
    }
    open_calls_.clear();
}

void MessageWriter::continuation(const std::vector<Message>& messages) {
    const bool prefills = deployment_.capabilities.feature(Feature::assistant_prefill) == Support::native;
    if (any_ && !(ends_with_assistant_ && !prefills)) return;
    notes_.change(messages.empty() ? "messages" : place(messages.size() - 1), AdaptAction::emulated);
    writer_.begin_object().field("role", "user").field("content", kContinue).end_object();
}

}  // namespace breakwater::cohere
