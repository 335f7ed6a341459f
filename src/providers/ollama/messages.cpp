#include "messages.hpp"

#include <algorithm>

#include "../shared/call_arguments.hpp"
#include "breakwater/base/base64.hpp"
#include "breakwater/base/strings.hpp"

namespace breakwater::ollama {

namespace {

std::string place(std::size_t message, std::string_view rest = {}) {
    return "messages[" + std::to_string(message) + "]" + std::string(rest);
}

bool is_system(const Message& message) {
    return message.role == Role::system || message.role == Role::developer;
}

bool is_call(const ContentPart& part) {
    return std::holds_alternative<ToolCallPart>(part);
}

std::string_view role_name(Role role) {
    switch (role) {
        case Role::system:
        case Role::developer:
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

void append_line(std::string& text, std::string_view more) {
    if (more.empty()) return;
    if (!text.empty()) text += '\n';
    text += more;
}

constexpr std::string_view kLineEnd = "\n";

bool holds_text(const FilePart& file) {
    return file.file_id.empty() && file.url.empty() &&
           (istarts_with(file.media_type, "text/") || iequals(file.media_type, "application/json"));
}

}  // namespace

void MessageWriter::write(const std::vector<Message>& messages, std::string_view instruction) {
    const auto first_system = std::ranges::find_if(messages, is_system);
    writer_.key("messages").begin_array();
    if (first_system == messages.end() && !instruction.empty()) {
        writer_.begin_object().field("role", "system").field("content", instruction).end_object();
    }
    for (std::size_t i = 0; i < messages.size(); ++i) {
        const bool takes_instruction = first_system != messages.end() && &*first_system == &messages[i];
        message(messages[i], i, takes_instruction ? instruction : std::string_view());
    }
    writer_.end_array();
}

void MessageWriter::message(const Message& message, std::size_t index, std::string_view instruction) {
    if (!message.name.empty()) notes_.record(place(index, ".name"), AdaptAction::dropped);
    Content content = content_of(message, index);
    if (!instruction.empty()) {
        add_line(content, JsonString(kLineEnd));
        content.texts.emplace_back(instruction);
    }
    writer_.begin_object().field("role", role_name(message.role)).key("content").joined(content.texts);
    if (!content.images.empty()) {
        writer_.key("images").begin_array();
        for (const JsonString& image : content.images) writer_.string(image);
        writer_.end_array();
    }
    if (message.role == Role::assistant) assistant(message, index);
    if (message.role == Role::tool) result(message, index);
    writer_.end_object();
}

void MessageWriter::add_line(Content& content, JsonString more) {
    if (more.bytes.empty()) return;
    if (!content.texts.empty()) content.texts.emplace_back(kLineEnd);
    content.texts.push_back(more);
}

MessageWriter::Content MessageWriter::content_of(const Message& message, std::size_t index) {
    Content content;
    for (std::size_t i = 0; i < message.parts.size(); ++i) {
        add_part(content, message.parts[i], place(index, ".content[" + std::to_string(i) + "]"));
    }
    return content;
}

void MessageWriter::add_part(Content& content, const ContentPart& part, const std::string& field) {
    if (const auto* text = std::get_if<TextPart>(&part)) {
        add_line(content, text->text.string());
    } else if (const auto* refusal = std::get_if<RefusalPart>(&part)) {
        add_line(content, JsonString(refusal->text));
    } else if (const auto* image = std::get_if<ImagePart>(&part)) {
        if (!image->url.empty()) return notes_.lose(field, "Ollama takes images only inline (base64).");
        if (!image->detail.empty() && image->detail != "auto") {
            notes_.record(field + ".detail", AdaptAction::dropped);
        }
        content.images.push_back(image->data.string());
    } else if (const auto* file = std::get_if<FilePart>(&part)) {
        auto content_text = holds_text(*file) ? decode_base64(file->data.view()) : std::nullopt;
        if (!content_text) return notes_.lose(field, "Ollama takes files with text only, sent with the request.");
        add_line(content, JsonString(file->filename));
        add_line(content, JsonString(content.files.emplace_back(std::move(*content_text))));
        notes_.record(field, AdaptAction::mapped);
    } else if (std::holds_alternative<AudioPart>(part)) {
        notes_.lose(field, "Ollama takes no audio.");
    }
}

void MessageWriter::assistant(const Message& message, std::size_t index) {
    if (!message.audio.empty()) notes_.change(place(index, ".audio"), AdaptAction::dropped);
    std::string thinking;
    for (const ContentPart& part : message.parts) {
        const auto* reasoning = std::get_if<ReasoningPart>(&part);
        if (reasoning == nullptr) continue;
        append_line(thinking, reasoning->text);
        // What another vendor sealed says nothing here.
        if (reasoning->text.empty()) notes_.record(place(index, ".reasoning_content"), AdaptAction::dropped);
    }
    if (!thinking.empty()) writer_.field("thinking", thinking);
    if (std::ranges::any_of(message.parts, is_call)) calls(message, index);
}

// Unlike elsewhere, arguments are an object, and not the text of one.
void MessageWriter::calls(const Message& message, std::size_t index) {
    writer_.key("tool_calls").begin_array();
    std::size_t number = 0;
    for (const ContentPart& part : message.parts) {
        const auto* call = std::get_if<ToolCallPart>(&part);
        if (call == nullptr) continue;
        const CallArguments arguments = object_arguments(*call, reader_);
        if (arguments.wrapped) {
            notes_.record(place(index, ".tool_calls[" + std::to_string(number) + "]"), AdaptAction::mapped);
        }
        ++number;
        called_[call->id] = call->name;
        writer_.begin_object().field("id", call->id).key("function").begin_object();
        writer_.field("name", call->name).raw_field("arguments", arguments.json).end_object().end_object();
    }
    writer_.end_array();
}

// Newer servers know results by the call's id, older ones by the tool's name.
void MessageWriter::result(const Message& message, std::size_t index) {
    if (message.tool_error) notes_.record(place(index, ".is_error"), AdaptAction::dropped);
    const auto called = called_.find(message.tool_call_id);
    if (called != called_.end()) writer_.field("tool_name", called->second);
    if (!message.tool_call_id.empty()) writer_.field("tool_call_id", message.tool_call_id);
}

}  // namespace breakwater::ollama
