#include "content.hpp"

#include "../shared/call_arguments.hpp"
#include "breakwater/base/strings.hpp"
#include "identifiers.hpp"
#include "media.hpp"

namespace breakwater::anthropic {

void ContentWriter::system(const std::vector<ContentBlock>& blocks, std::string_view instruction) {
    if (blocks.empty() && instruction.empty()) return;
    writer_.key("system").begin_array();
    for (const ContentBlock& one : blocks) block(one);
    if (!instruction.empty()) block({TextBlock{JsonString(instruction)}});
    writer_.end_array();
}

void ContentWriter::messages(const std::vector<Turn>& turns) {
    writer_.key("messages").begin_array();
    for (const Turn& turn : turns) {
        writer_.begin_object().field("role", turn.assistant ? "assistant" : "user").key("content").begin_array();
        for (const ContentBlock& one : turn.blocks) block(one);
        writer_.end_array().end_object();
    }
    writer_.end_array();
}

void ContentWriter::block(const ContentBlock& block) {
    if (const auto* native = std::get_if<NativeBlock>(&block.what)) {
        writer_.raw(native->part->json);
        return;
    }
    writer_.begin_object();
    if (const auto* plain = std::get_if<TextBlock>(&block.what)) {
        text(plain->text);
    } else if (const auto* media = std::get_if<MediaBlock>(&block.what)) {
        write_media(writer_, *media->part);
    } else if (const auto* thought = std::get_if<ReasoningBlock>(&block.what)) {
        reasoning(*thought->part);
    } else if (const auto* made = std::get_if<CallBlock>(&block.what)) {
        call(*made);
    } else if (const auto* answer = std::get_if<ResultBlock>(&block.what)) {
        result(*answer);
    }
    if (!block.cache_control.empty()) writer_.raw_field("cache_control", block.cache_control);
    writer_.end_object();
}

void ContentWriter::text(JsonString text) {
    writer_.field("type", "text").field("text", text);
}

void ContentWriter::reasoning(const ReasoningPart& part) {
    if (!part.redacted.empty()) {
        writer_.field("type", "redacted_thinking").field("data", part.redacted);
    } else {
        writer_.field("type", "thinking").field("thinking", part.text).field("signature", part.signature);
    }
}

void ContentWriter::call(const CallBlock& block) {
    const ToolCallPart& part = *block.part;
    writer_.field("type", "tool_use")
        .field("id", wire_call_id(part.id))
        .field("name", names_.wire(part.name))
        .key("input");
    const CallArguments arguments = object_arguments(part, reader_);
    writer_.raw(arguments.json);
    if (!arguments.wrapped) return;
    notes_.record("messages[" + std::to_string(block.message) + "].tool_calls[" + std::to_string(block.index) + "]",
                  AdaptAction::mapped);
}

void ContentWriter::result(const ResultBlock& block) {
    writer_.field("type", "tool_result").field("tool_use_id", wire_call_id(block.call_id));
    if (block.message == nullptr) {
        writer_.field("content", "[no result]").field("is_error", true);
        return;
    }
    result_content(block.parts);
    if (block.message->tool_error) writer_.field("is_error", true);
}

void ContentWriter::result_content(const std::vector<const ContentPart*>& parts) {
    if (parts.empty()) return;
    if (const auto* only = std::get_if<TextPart>(parts.front()); only != nullptr && parts.size() == 1) {
        writer_.field("content", only->text.string());
        return;
    }
    writer_.key("content").begin_array();
    for (const ContentPart* part : parts) {
        if (const auto* native = std::get_if<NativeItemPart>(part)) {
            writer_.raw(native->json);
            continue;
        }
        writer_.begin_object();
        if (const auto* plain = std::get_if<TextPart>(part)) {
            text(plain->text.string());
        } else {
            write_media(writer_, *part);
        }
        writer_.end_object();
    }
    writer_.end_array();
}

}  // namespace breakwater::anthropic
