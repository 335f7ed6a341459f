#include "content.hpp"

#include "breakwater/base/strings.hpp"
#include "call_ids.hpp"
#include "redacted.hpp"

namespace breakwater::bedrock {

namespace {

/// As deep as the decoder lets models write them.
constexpr std::size_t kArgumentsDepthMax = 256;

// A result must hold something.
constexpr std::string_view kNoResult = "[no result]";
constexpr std::string_view kEmptyResult = "(empty)";

bool is_document_block(const ContentBlock& block) {
    const auto* media = std::get_if<MediaBlock>(&block.what);
    return media != nullptr && is_document(*media->part);
}

}  // namespace

void write_cache_point(JsonWriter& writer, std::string_view hint) {
    JsonReader reader;
    const Result<JsonReader::Element> parsed = reader.parse(hint);
    const std::string_view ttl = parsed ? get_string(*parsed, "ttl").value_or("") : "";
    writer.begin_object().key("cachePoint").begin_object().field("type", "default");
    if (ttl == "5m" || ttl == "1h") writer.field("ttl", ttl);
    writer.end_object().end_object();
}

void ContentWriter::system(const std::vector<ContentBlock>& blocks, std::string_view instruction) {
    if (blocks.empty() && instruction.empty()) return;
    writer_.key("system").begin_array();
    this->blocks(blocks);
    if (!instruction.empty()) writer_.begin_object().field("text", instruction).end_object();
    writer_.end_array();
}

void ContentWriter::messages(const std::vector<Turn>& turns) {
    writer_.key("messages").begin_array();
    for (const Turn& turn : turns) {
        writer_.begin_object().field("role", turn.assistant ? "assistant" : "user").key("content").begin_array();
        blocks(turn.blocks);
        writer_.end_array().end_object();
    }
    writer_.end_array();
}

// A cache point stands behind its block; behind a trailing document it is refused, and stands before it.
void ContentWriter::blocks(const std::vector<ContentBlock>& blocks) {
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const std::string_view hint = blocks[i].cache_control;
        const bool before = !hint.empty() && i + 1 == blocks.size() && is_document_block(blocks[i]);
        if (before && i > 0) write_cache_point(writer_, hint);
        block(blocks[i]);
        if (!hint.empty() && !before) write_cache_point(writer_, hint);
    }
}

void ContentWriter::block(const ContentBlock& block) {
    writer_.begin_object();
    if (const auto* plain = std::get_if<TextBlock>(&block.what)) {
        writer_.field("text", plain->text);
    } else if (const auto* media = std::get_if<MediaBlock>(&block.what)) {
        write_media(writer_, *media->part, documents_);
    } else if (const auto* thought = std::get_if<ReasoningBlock>(&block.what)) {
        reasoning(*thought->part);
    } else if (const auto* made = std::get_if<CallBlock>(&block.what)) {
        call(*made);
    } else if (const auto* answer = std::get_if<ResultBlock>(&block.what)) {
        result(*answer);
    }
    writer_.end_object();
}

void ContentWriter::reasoning(const ReasoningPart& part) {
    writer_.key("reasoningContent").begin_object();
    if (!part.redacted.empty()) {
        writer_.field("redactedContent", redacted_to_base64(part.redacted));
    } else {
        writer_.key("reasoningText").begin_object();
        writer_.field("text", part.text).field("signature", part.signature).end_object();
    }
    writer_.end_object();
}

void ContentWriter::call(const CallBlock& block) {
    const ToolCallPart& part = *block.part;
    writer_.key("toolUse").begin_object();
    writer_.field("toolUseId", wire_call_id(part.id, traits_.short_call_ids));
    writer_.field("name", names_.wire(part.name)).key("input");
    const std::string_view arguments = trim(part.arguments);
    if (part.custom) {
        wrapped_arguments(block, "input");
    } else if (arguments.empty() || arguments == "null") {
        writer_.raw("{}");
    } else if (const Result<JsonReader::Element> parsed = reader_.parse(arguments, kArgumentsDepthMax);
               parsed && parsed->is_object()) {
        writer_.raw(arguments);
    } else {
        wrapped_arguments(block, "_raw");
    }
    writer_.end_object();
}

void ContentWriter::wrapped_arguments(const CallBlock& block, std::string_view key) {
    writer_.begin_object().field(key, block.part->arguments).end_object();
    notes_.record("messages[" + std::to_string(block.message) + "].tool_calls[" + std::to_string(block.index) + "]",
                  AdaptAction::mapped);
}

void ContentWriter::result(const ResultBlock& block) {
    const bool failed = block.message == nullptr || block.message->tool_error;
    writer_.key("toolResult").begin_object();
    writer_.field("toolUseId", wire_call_id(block.call_id, traits_.short_call_ids)).key("content").begin_array();
    for (const ContentPart* part : block.parts) result_part(*part);
    if (block.parts.empty()) {
        writer_.begin_object();
        result_text(block.message == nullptr ? kNoResult : kEmptyResult);
        writer_.end_object();
    }
    writer_.end_array();
    if (traits_.result_status) writer_.field("status", failed ? "error" : "success");
    writer_.end_object();
}

void ContentWriter::result_part(const ContentPart& part) {
    writer_.begin_object();
    if (const auto* plain = std::get_if<TextPart>(&part)) {
        result_text(plain->text);
    } else {
        write_media(writer_, part, documents_);
    }
    writer_.end_object();
}

void ContentWriter::result_text(const ClientText& text) {
    if (!traits_.json_results) {
        writer_.field("text", text.string());
        return;
    }
    writer_.key("json");
    if (const Result<JsonReader::Element> parsed = reader_.parse(text.view()); parsed && parsed->is_object()) {
        writer_.raw(trim(text.view()));
    } else {
        writer_.begin_object().field("result", text.string()).end_object();
    }
}

}  // namespace breakwater::bedrock
