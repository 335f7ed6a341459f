#include <algorithm>

#include "../shared/structured_output.hpp"
#include "../shared/unknown_fields.hpp"
#include "answer_stream.hpp"
#include "breakwater/base/base64.hpp"
#include "breakwater/base/utf16.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "redacted.hpp"

namespace breakwater::bedrock {

using Element = JsonReader::Element;

namespace {

// Of a block that came whole: never used by the API, and closed before the next block opens.
constexpr std::int64_t kNoIndex = -1;

// A block and its pieces have one of these, and a whole one of some models a type beside it.
constexpr std::string_view kBlockMembers[] = {"text",     "toolUse",          "toolResult", "reasoningContent",
                                              "citation", "citationsContent", "type"};
constexpr std::string_view kCallMembers[] = {"toolUseId", "name", "input", "type"};
constexpr std::string_view kReasoningMembers[] = {"reasoningText", "text", "signature", "redactedContent"};

/// The one kind that is passed over because it is known: results of the service's own tools.
bool is_passed_over(Element block) {
    return get_value(block, "toolResult").has_value();
}

bool is_server_call(Element call) {
    return get_string(call, "type") == "server_tool_use";
}

}  // namespace

AnswerStream::Block* AnswerStream::find(std::int64_t index) noexcept {
    const auto found = std::ranges::find(blocks_, index, &Block::index);
    return found == blocks_.end() ? nullptr : &*found;
}

AnswerStream::Block& AnswerStream::block_of(std::int64_t index, Block::Kind kind, EventSink& sink) {
    if (Block* open = find(index)) {
        if (open->kind == Block::Kind::unknown) open->kind = kind;
        return *open;
    }
    // The service streams one block at a time, and some streams leave out the stop.
    close_all(sink);
    return blocks_.emplace_back(Block{.index = index, .kind = kind, .text_begin = text_units_});
}

void AnswerStream::start_block(std::int64_t index, Element start, EventSink& sink) {
    stop_block(index, sink);
    if (const auto call = get_object(start, "toolUse")) {
        open_call(block_of(index, Block::Kind::call, sink), *call, sink);
    } else if (is_passed_over(start)) {
        block_of(index, Block::Kind::ignored, sink);
    } else if (!is_empty(start) && !get_value(start, "text") && !get_value(start, "reasoningContent")) {
        // Its pieces tell whether it is one to come.
        block_of(index, Block::Kind::unknown, sink);
        sink.on_unknown(Unknown::content);
        return;
    }
    report_unknown_fields(start, kBlockMembers, sink);
}

void AnswerStream::open_call(Block& block, Element call, EventSink& sink) {
    report_unknown_fields(call, kCallMembers, sink);
    const std::string_view name = get_string(call, "name").value_or("");
    if (is_server_call(call)) {
        block.kind = Block::Kind::ignored;
    } else if (shape_.json_tool && name == kJsonTool) {
        // It cannot be told to call once only; a second call is no part of the answer.
        block.kind = json_call_seen_ ? Block::Kind::ignored : Block::Kind::json_call;
        json_call_seen_ = true;
    } else {
        block.kind = Block::Kind::call;
        block.call = calls_++;
        has_content_ = true;
        sink.on_event(ToolCallStart{.index = block.call,
                                    .id = get_string(call, "toolUseId").value_or(""),
                                    .name = shape_.names.original(name)});
    }
}

Result<void> AnswerStream::delta(std::int64_t index, Element delta, EventSink& sink) {
    if (const auto piece = get_string(delta, "text")) {
        const Block& block = block_of(index, Block::Kind::text, sink);
        if (block.kind == Block::Kind::text) text(*piece, sink);
    } else if (const auto call = get_object(delta, "toolUse")) {
        const Block* block = find(index);
        if (block == nullptr) {
            return fail(ErrorKind::upstream_invalid,
                        "The provider sent arguments for a tool call that it never began.");
        }
        arguments(*block, get_string(*call, "input").value_or(""), sink);
    } else if (const auto reasoning = get_object(delta, "reasoningContent")) {
        Block& block = block_of(index, Block::Kind::reasoning, sink);
        if (block.kind == Block::Kind::reasoning) reasoning_delta(block, *reasoning, sink);
    } else if (const auto citation = get_object(delta, "citation")) {
        cite(block_of(index, Block::Kind::text, sink), *citation);
    } else if (!is_passed_over(delta)) {
        const Block* block = find(index);  // one that began as something unknown was counted then
        if (block == nullptr || block->kind != Block::Kind::unknown) sink.on_unknown(Unknown::content);
        return {};
    }
    report_unread_fields(delta, 1, kBlockMembers, sink);
    return {};
}

void AnswerStream::reasoning_delta(Block& block, Element delta, EventSink& sink) {
    report_unknown_fields(delta, kReasoningMembers, sink);
    const std::string_view piece = get_string(delta, "text").value_or("");
    if (!piece.empty()) {
        has_content_ = true;
        sink.on_event(ReasoningDelta{.text = piece});
    }
    block.signature += get_string(delta, "signature").value_or("");
    if (const auto blob = get_string(delta, "redactedContent")) block.redacted += decode_base64(*blob).value_or("");
}

void AnswerStream::stop_block(std::int64_t index, EventSink& sink) {
    Block* block = find(index);
    if (block == nullptr) return;
    close(*block, sink);
    blocks_.erase(blocks_.begin() + (block - blocks_.data()));
}

void AnswerStream::whole_block(Element content, EventSink& sink) {
    if (const auto plain = get_string(content, "text")) {
        text(*plain, sink);
    } else if (const auto call = get_object(content, "toolUse")) {
        whole_call(*call, sink);
    } else if (const auto reasoning = get_object(content, "reasoningContent")) {
        Block& block = block_of(kNoIndex, Block::Kind::reasoning, sink);
        const auto inner = get_object(*reasoning, "reasoningText");
        if (inner) report_unknown_fields(*reasoning, kReasoningMembers, sink);
        reasoning_delta(block, inner.value_or(*reasoning), sink);
        stop_block(kNoIndex, sink);
    } else if (const auto cited = get_object(content, "citationsContent")) {
        whole_citations(*cited, sink);
    } else if (!is_passed_over(content)) {
        return sink.on_unknown(Unknown::content);
    }
    report_unknown_fields(content, kBlockMembers, sink);
}

void AnswerStream::whole_call(Element call, EventSink& sink) {
    Block& block = block_of(kNoIndex, Block::Kind::call, sink);
    open_call(block, call, sink);
    if (const auto input = get_value(call, "input")) arguments(block, to_json(*input), sink);
    stop_block(kNoIndex, sink);
}

void AnswerStream::whole_citations(Element content, EventSink& sink) {
    Block& block = block_of(kNoIndex, Block::Kind::text, sink);
    if (const auto pieces = get_array(content, "content")) {
        for (const Element piece : *pieces) text(get_string(piece, "text").value_or(""), sink);
    }
    if (const auto citations = get_array(content, "citations")) {
        for (const Element citation : *citations) cite(block, citation);
    }
    stop_block(kNoIndex, sink);
}

void AnswerStream::close_all(EventSink& sink) {
    for (Block& block : blocks_) close(block, sink);
    blocks_.clear();
}

void AnswerStream::close(Block& block, EventSink& sink) {
    switch (block.kind) {
        case Block::Kind::text:
            return send_citations(block, sink);
        case Block::Kind::reasoning:
            if (block.redacted.empty()) return sink.on_event(ReasoningEnd{.signature = block.signature});
            block.redacted = redacted_from_blob(std::move(block.redacted));
            return sink.on_event(ReasoningEnd{.redacted = block.redacted});
        case Block::Kind::call:
            // One that streamed no arguments is left as it is: the guard knows whether it was cut off or has none.
        case Block::Kind::json_call:
        case Block::Kind::unknown:
        case Block::Kind::ignored:
            return;
    }
}

void AnswerStream::text(std::string_view text, EventSink& sink) {
    if (text.empty()) return;
    if (shape_.json_tool) {
        suppressed_ += text;
    } else {
        answer_text(text, sink);
    }
}

void AnswerStream::answer_text(std::string_view text, EventSink& sink) {
    if (filter_.passes_all()) return send_text(text, sink);
    filtered_.clear();
    filter_.feed(text, filtered_);
    send_text(filtered_, sink);
}

void AnswerStream::send_text(std::string_view text, EventSink& sink) {
    if (text.empty()) return;
    has_content_ = true;
    text_units_ += utf16_units(text);
    sink.on_event(TextDelta{.text = text});
}

// A model that was made to call the JSON tool may still refuse in plain words, and those must not be lost.
void AnswerStream::finish_text(EventSink& sink) {
    filtered_.clear();
    if (shape_.json_tool && !json_call_seen_) {
        filtered_ = std::move(suppressed_);
    } else {
        filter_.finish(filtered_);
    }
    send_text(filtered_, sink);
}

void AnswerStream::arguments(const Block& block, std::string_view json, EventSink& sink) {
    if (json.empty()) return;
    if (block.kind == Block::Kind::call) {
        sink.on_event(ToolArgsDelta{.index = block.call, .json = json});
    } else if (block.kind == Block::Kind::json_call) {
        answer_text(json, sink);
    }
}

// Only web results have a form in the canonical answer; places in documents have none.
void AnswerStream::cite(Block& block, Element citation) {
    const auto location = get_object(citation, "location");
    const auto web = location ? get_object(*location, "web") : std::nullopt;
    const std::string_view url = web ? get_string(*web, "url").value_or("") : "";
    if (url.empty()) return;
    const std::string_view title = get_string(citation, "title").value_or(get_string(*web, "domain").value_or(""));
    block.citations.push_back({.url = std::string(url), .title = std::string(title)});
}

// A citation belongs to the text of its block; in a block without any, to what was said since the last one.
void AnswerStream::send_citations(const Block& block, EventSink& sink) {
    if (block.citations.empty()) return;
    const std::int64_t begin = block.text_begin < text_units_ ? block.text_begin : cited_units_;
    cited_units_ = text_units_;
    for (const Citation& citation : block.citations) {
        std::string json;
        JsonWriter writer(json);
        writer.begin_object().field("type", "url_citation").key("url_citation").begin_object();
        writer.field("url", citation.url).field("title", citation.title);
        writer.field("start_index", begin).field("end_index", text_units_).end_object().end_object();
        sink.on_event(AnnotationEvent{.json = json});
    }
}

}  // namespace breakwater::bedrock
