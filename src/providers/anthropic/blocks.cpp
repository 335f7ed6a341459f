#include <algorithm>

#include "../shared/structured_output.hpp"
#include "../shared/unknown_fields.hpp"
#include "../shared/url_citation.hpp"
#include "breakwater/base/utf16.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "message_stream.hpp"

namespace breakwater::anthropic {

using Element = JsonReader::Element;

namespace {

// Of a block that came whole: never used by the API, and closed before the next block opens.
constexpr std::int64_t kNoIndex = -1;

// Of a block, whatever its type; the calls and results of the vendor's tools have most of them.
constexpr std::string_view kBlockMembers[] = {
    "type",        "id",      "name",     "input", "caller",  "text",        "thinking", "signature", "citations",
    "tool_use_id", "content", "is_error", "data",  "file_id", "server_name", "from",     "to"};
constexpr std::string_view kDeltaMembers[] = {"type",         "text",      "thinking", "estimated_tokens",
                                              "partial_json", "signature", "citation"};
constexpr std::string_view kEventMembers[] = {"type", "index", "delta"};

bool is_known_result(std::string_view type) {
    static constexpr std::string_view kTypes[] = {
        "web_search_tool_result",          "web_fetch_tool_result",
        "code_execution_tool_result",      "advisor_tool_result",
        "bash_code_execution_tool_result", "text_editor_code_execution_tool_result",
        "tool_search_tool_result",         "mcp_tool_result"};
    return std::ranges::find(kTypes, type) != std::end(kTypes);
}

bool is_known_citation(std::string_view type) {
    static constexpr std::string_view kTypes[] = {"web_search_result_location", "char_location", "page_location",
                                                  "content_block_location", "search_result_location"};
    return std::ranges::find(kTypes, type) != std::end(kTypes);
}

// Made while the event that is being read lies in the decoder's reader, so with another one.
bool is_object(std::string_view json) {
    JsonReader reader;
    const Result<Element> parsed = reader.parse(json);
    return parsed && parsed->is_object();
}

}  // namespace

MessageStream::Block* MessageStream::find(std::int64_t index) noexcept {
    const auto found = std::ranges::find(blocks_, index, &Block::index);
    return found == blocks_.end() ? nullptr : &*found;
}

MessageStream::Block& MessageStream::open(std::int64_t index, Block::Kind kind, EventSink& sink) {
    stop_block(index, sink);  // the API reuses no index, but proxies have been seen to forget the stop
    return blocks_.emplace_back(Block{.index = index, .kind = kind, .text_begin = text_units_});
}

void MessageStream::start_block(std::int64_t index, Element content, EventSink& sink) {
    const std::string_view type = get_string(content, "type").value_or("");
    if (type == "text") {
        Block& block = open(index, Block::Kind::text, sink);
        text(get_string(content, "text").value_or(""), sink);
        if (const auto citations = get_array(content, "citations")) {
            for (const Element citation : *citations) cite(block, citation, sink);
        }
    } else if (type == "thinking") {
        Block& block = open(index, Block::Kind::thinking, sink);
        reasoning(get_string(content, "thinking").value_or(""), sink);
        block.seal = get_string(content, "signature").value_or("");
    } else if (type == "redacted_thinking") {
        open(index, Block::Kind::redacted, sink).seal = get_string(content, "data").value_or("");
    } else if (type == "tool_use") {
        open_call(open(index, Block::Kind::call, sink), content, sink);
    } else {
        // Server tools run at the vendor, and their results are no part of the answer in other dialects. Those of a
        // tool to come look like the others, so that clients of this dialect get them.
        const bool native = type == "server_tool_use" || type == "mcp_tool_use" || type.ends_with("_tool_result") ||
                            type == "container_upload" || type == "fallback" || type == "compaction";
        open(index, native ? Block::Kind::native : Block::Kind::ignored, sink).whole = native ? to_json(content) : "";
        if (!native || (type.ends_with("_tool_result") && !is_known_result(type)))
            return sink.on_unknown(Unknown::content);
    }
    report_unknown_fields(content, kBlockMembers, sink);
}

void MessageStream::open_call(Block& block, Element content, EventSink& sink) {
    const std::string_view name = get_string(content, "name").value_or("");
    // In a stream an empty object only holds the place of the fragments to come.
    const auto input = get_object(content, "input");
    if (input && (block.index == kNoIndex || !is_empty(*input))) block.input = to_json(*input);
    if (shape_.json_tool && name == kJsonTool) {
        block.kind = Block::Kind::json_call;
        json_call_seen_ = true;
        return;
    }
    block.call = calls_++;
    sink.on_event(ToolCallStart{
        .index = block.call, .id = get_string(content, "id").value_or(""), .name = shape_.names.original(name)});
}

Result<void> MessageStream::delta(Element event, EventSink& sink) {
    const auto change = get_object(event, "delta");
    if (!change) return {};
    report_unread_fields(event, std::size(kEventMembers), kEventMembers, sink);
    report_unread_fields(*change, 2, kDeltaMembers, sink);  // the type, and what it brings
    const std::int64_t index = get_int(event, "index").value_or(0);
    const std::string_view type = get_string(*change, "type").value_or("");
    Block* block = find(index);
    if (type == "text_delta") {
        if (block == nullptr) block = &open(index, Block::Kind::text, sink);
        if (block->kind == Block::Kind::text) text(get_string(*change, "text").value_or(""), sink);
    } else if (type == "thinking_delta") {
        if (block == nullptr) block = &open(index, Block::Kind::thinking, sink);
        if (block->kind == Block::Kind::thinking) reasoning(get_string(*change, "thinking").value_or(""), sink);
    } else if (type == "input_json_delta") {
        if (block == nullptr)
            return fail(ErrorKind::upstream_invalid,
                        "The provider sent arguments for a tool call that it never began.");
        arguments(*block, get_string(*change, "partial_json").value_or(""), sink);
    } else if (type == "signature_delta" && block != nullptr) {
        if (block->kind == Block::Kind::thinking) block->seal = get_string(*change, "signature").value_or("");
    } else if (type == "citations_delta" && block != nullptr) {
        if (const auto citation = get_object(*change, "citation")) cite(*block, *citation, sink);
    } else if (block == nullptr || (block->kind != Block::Kind::ignored && block->kind != Block::Kind::native)) {
        const bool known = type == "signature_delta" || type == "citations_delta";
        if (!known) sink.on_unknown(Unknown::content);
    }
    return {};
}

void MessageStream::stop_block(std::int64_t index, EventSink& sink) {
    Block* block = find(index);
    if (block == nullptr) return;
    close(*block, sink);
    blocks_.erase(blocks_.begin() + (block - blocks_.data()));
}

void MessageStream::whole_block(Element content, EventSink& sink) {
    start_block(kNoIndex, content, sink);
    stop_block(kNoIndex, sink);
}

void MessageStream::close_all(EventSink& sink) {
    for (Block& block : blocks_) close(block, sink);
    blocks_.clear();
}

void MessageStream::close(Block& block, EventSink& sink) {
    switch (block.kind) {
        case Block::Kind::text:
            return send_citations(block, sink);
        case Block::Kind::thinking:
            return sink.on_event(ReasoningEnd{.signature = block.seal});
        case Block::Kind::redacted:
            return sink.on_event(ReasoningEnd{.redacted = block.seal});
        case Block::Kind::call:
        case Block::Kind::json_call:
            // A call that streamed no arguments at all is left as it is: the guard knows whether it was cut off or has
            // none.
            if (!block.has_arguments) arguments(block, block.input, sink);
            return;
        case Block::Kind::native:
            return send_native(block, sink);
        case Block::Kind::ignored:
            return;
    }
}

// The input that came in fragments takes the place of the empty one that the block began with.
void MessageStream::send_native(const Block& block, EventSink& sink) {
    std::string json = block.whole;
    constexpr std::string_view kPlace = "\"input\":{}";
    if (const std::size_t at = json.find(kPlace); at != std::string::npos && is_object(block.input))
        json.replace(at + kPlace.size() - 2, 2, block.input);
    sink.on_native({ClientDialect::anthropic_messages, NativePart::Kind::block, json});
}

void MessageStream::text(std::string_view text, EventSink& sink) {
    if (text.empty()) return;
    if (shape_.json_tool) {
        suppressed_ += text;
    } else {
        answer_text(text, sink);
    }
}

void MessageStream::answer_text(std::string_view text, EventSink& sink) {
    if (filter_.passes_all()) return send_text(text, sink);
    filtered_.clear();
    filter_.feed(text, filtered_);
    send_text(filtered_, sink);
}

void MessageStream::send_text(std::string_view text, EventSink& sink) {
    if (text.empty()) return;
    has_text_ = true;
    text_units_ += utf16_units(text);
    sink.on_event(TextDelta{.text = text});
}

// A model that was made to call the JSON tool may still refuse in plain words, and those must not be lost.
void MessageStream::finish_text(EventSink& sink) {
    filtered_.clear();
    if (shape_.json_tool && !json_call_seen_) {
        filtered_ = std::move(suppressed_);
    } else {
        filter_.finish(filtered_);
    }
    send_text(filtered_, sink);
}

void MessageStream::reasoning(std::string_view text, EventSink& sink) {
    if (!text.empty()) sink.on_event(ReasoningDelta{.text = text});
}

void MessageStream::arguments(Block& block, std::string_view json, EventSink& sink) {
    if (json.empty()) return;
    if (block.kind == Block::Kind::native) {
        block.input += json;
        return;
    }
    block.has_arguments = true;
    if (block.kind == Block::Kind::call) {
        sink.on_event(ToolArgsDelta{.index = block.call, .json = json});
    } else if (block.kind == Block::Kind::json_call) {
        answer_text(json, sink);
    }
}

// Only web results have a form in the canonical answer; ranges of documents have none.
void MessageStream::cite(Block& block, Element citation, EventSink& sink) {
    const std::string_view type = get_string(citation, "type").value_or("");
    if (!is_known_citation(type)) sink.on_unknown(Unknown::content);
    if (sink.on_native({ClientDialect::anthropic_messages, NativePart::Kind::citation, to_json(citation)})) return;
    if (type != "web_search_result_location") return;
    block.citations.push_back({.url = std::string(get_string(citation, "url").value_or("")),
                               .title = std::string(get_string(citation, "title").value_or(""))});
}

void MessageStream::send_citations(const Block& block, EventSink& sink) {
    for (const Citation& citation : block.citations) {
        std::string json;
        JsonWriter writer(json);
        write_url_citation(writer, citation.url, citation.title, block.text_begin, text_units_);
        sink.on_event(AnnotationEvent{.json = json});
    }
}

}  // namespace breakwater::anthropic
