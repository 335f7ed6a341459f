#include "json_encoder.hpp"

#include "breakwater/base/strings.hpp"
#include "breakwater/wire/json_reader.hpp"
#include "error_body.hpp"

namespace breakwater::anthropic_messages {

// The dialect has one choice; log probabilities and sound have no place in it.
struct JsonEncoder::Read {
    JsonEncoder& encoder;

    void operator()(const MessageStart& start) const { encoder.facts_.fill(start); }
    void operator()(const TextDelta& delta) const {
        if (delta.choice != 0) return;
        encoder.facts_.answer_bytes += delta.text.size();
        encoder.block(Block::Kind::text).text += delta.text;
    }
    void operator()(const RefusalDelta& delta) const {
        if (delta.choice == 0) encoder.facts_.refusal += delta.text;
    }
    void operator()(const ReasoningDelta& delta) const {
        if (delta.choice != 0) return;
        encoder.facts_.answer_bytes += delta.text.size();
        encoder.block(Block::Kind::thinking).text += delta.text;
    }
    void operator()(const ReasoningEnd& end) const {
        if (end.choice == 0) encoder.reasoning_end(end);
    }
    void operator()(const ToolCallStart& start) const {
        if (start.choice != 0) return;
        encoder.calls_.push_back(encoder.blocks_.size());
        encoder.blocks_.push_back({.kind = Block::Kind::call,
                                   .id = std::string(start.id),
                                   .name = std::string(start.name),
                                   .extension = std::string(start.extension)});
    }
    void operator()(const ToolArgsDelta& delta) const {
        if (delta.choice == 0) encoder.arguments(delta);
    }
    void operator()(const AnnotationEvent& event) const {
        if (event.choice != 0) return;
        std::string citation = citation_of(event.json);
        if (!citation.empty()) encoder.block(Block::Kind::text).citations.push_back(std::move(citation));
    }
    void operator()(const LogprobsEvent&) const {}
    void operator()(const AudioEvent&) const {}
    void operator()(const NativeItem&) const {}  // never sent to this dialect
    template <OperationEvent Event>
    void operator()(const Event&) const {}  // a chat has none
    void operator()(const UsageEvent& event) const { encoder.facts_.usage.merge(event.usage); }
    void operator()(const FinishEvent& event) const {
        if (event.choice == 0) encoder.facts_.finish(event);
    }
    void operator()(const StreamEnd&) const { encoder.write(); }
    void operator()(const StreamFault& fault) const {
        encoder.written_ = true;
        JsonWriter json(encoder.out_);
        write_error_body(json, fault.error, encoder.facts_.request_id);
    }
};

void JsonEncoder::on_event(const StreamEvent& event) {
    if (!written_) std::visit(Read{*this}, event);
}

bool JsonEncoder::on_native(const NativePart& part) {
    if (part.dialect != ClientDialect::anthropic_messages || written_) return false;
    if (part.kind == NativePart::Kind::citation) {
        block(Block::Kind::text).citations.emplace_back(part.json);
    } else {
        blocks_.push_back({.kind = Block::Kind::native, .text = std::string(part.json)});
    }
    return true;
}

void JsonEncoder::head(HttpResponseHead& head) const {
    head.status = 200;
    head.headers.add("content-type", "application/json");
}

JsonEncoder::Block& JsonEncoder::block(Block::Kind kind) {
    const bool open = !blocks_.empty() && blocks_.back().kind == kind && !blocks_.back().closed;
    return open ? blocks_.back() : blocks_.emplace_back(Block{.kind = kind});
}

void JsonEncoder::reasoning_end(const ReasoningEnd& end) {
    const bool redacted = !end.redacted.empty();
    const bool open = !blocks_.empty() && blocks_.back().kind == Block::Kind::thinking && !blocks_.back().closed;
    if (!open && !redacted && end.signature.empty()) return;
    Block& ended = redacted ? blocks_.emplace_back(Block{.kind = Block::Kind::thinking}) : block(Block::Kind::thinking);
    ended.seal = redacted ? end.redacted : end.signature;
    ended.redacted = redacted;
    ended.closed = true;
}

void JsonEncoder::arguments(const ToolArgsDelta& delta) {
    if (delta.index >= calls_.size()) return;
    facts_.answer_bytes += delta.json.size();
    blocks_[calls_[delta.index]].text += delta.json;
}

bool JsonEncoder::is_shown(const Block& block) const noexcept {
    return block.kind != Block::Kind::thinking || facts_.shows_thinking || !block.seal.empty();
}

/// An object, as the dialect demands. What a model was cut off in, or never made JSON of, stays readable.
void JsonEncoder::write_input(JsonWriter& json, const std::string& arguments) {
    constexpr std::size_t kDepthMax = 256;
    const std::string_view text = trim(arguments);
    if (text.empty() || text == "null") {
        json.raw("{}");
        return;
    }
    JsonReader reader;
    const Result<JsonReader::Element> parsed = reader.parse(text, kDepthMax);
    if (parsed && parsed->is_object()) {
        json.raw(text);
    } else {
        json.begin_object().field("_raw", arguments).end_object();
    }
}

void JsonEncoder::write_block(JsonWriter& json, const Block& block) {
    if (block.kind == Block::Kind::native) {
        json.raw(block.text);
        return;
    }
    json.begin_object();
    switch (block.kind) {
        case Block::Kind::text:
            json.field("type", "text").field("text", block.text);
            if (!block.citations.empty()) {
                json.key("citations").begin_array();
                for (const std::string& citation : block.citations) json.raw(citation);
                json.end_array();
            }
            break;
        case Block::Kind::thinking:
            if (block.redacted) {
                json.field("type", "redacted_thinking").field("data", block.seal);
            } else {
                json.field("type", "thinking").field("thinking", block.text).field("signature", block.seal);
            }
            break;
        case Block::Kind::call:
            json.field("type", "tool_use").field("id", block.id).field("name", block.name).key("input");
            write_input(json, block.text);
            if (!block.extension.empty()) json.raw_field("extra_content", block.extension);
            break;
        case Block::Kind::native:
            break;
    }
    json.end_object();
}

void JsonEncoder::write() {
    constexpr std::size_t kAroundTheText = 1024;
    written_ = true;
    out_.reserve(out_.size() + facts_.answer_bytes + kAroundTheText);
    JsonWriter json(out_);
    json.begin_object().field("id", facts_.id).field("type", "message").field("role", "assistant");
    json.field("model", facts_.model).key("content").begin_array();
    for (const Block& block : blocks_) {
        if (is_shown(block)) write_block(json, block);
    }
    json.end_array();
    write_stop(json, facts_);
    json.key("usage");
    write_usage(json, facts_);
    json.end_object();
}

}  // namespace breakwater::anthropic_messages
