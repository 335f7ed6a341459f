#include "stream_encoder.hpp"

#include <algorithm>

#include "../shared/event_text.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "error_body.hpp"

namespace breakwater::anthropic_messages {
namespace {

using ingress::append_index;

/// No provider mixes nearly as many pieces. What comes in pieces is looked for among those that wait.
constexpr std::size_t kWaitingMax = 4096;

}  // namespace

// The dialect has one choice; log probabilities and sound have no place in it.
struct StreamEncoder::Route {
    StreamEncoder& encoder;

    void hold(Waiting waiting) const { encoder.hold(std::move(waiting)); }
    /// Text and reasoning go on with what waits last, when that is the same.
    void hold_text(Waiting::Kind kind, std::string_view text) const {
        std::vector<Waiting>& waiting = encoder.waiting_;
        if (waiting.empty() || waiting.back().kind != kind) return hold({.kind = kind, .first = std::string(text)});
        waiting.back().first += text;
    }

    void operator()(const MessageStart& start) const {
        if (!encoder.started_) encoder.facts_.fill(start);
    }
    void operator()(const TextDelta& delta) const {
        if (delta.choice != 0) return;
        encoder.facts_.answer_bytes += delta.text.size();
        if (encoder.must_wait()) return hold_text(Waiting::Kind::text, delta.text);
        encoder.text(delta.text);
    }
    void operator()(const RefusalDelta& delta) const {
        if (delta.choice == 0) encoder.facts_.refusal += delta.text;
    }
    void operator()(const ReasoningDelta& delta) const {
        if (delta.choice != 0) return;
        encoder.facts_.answer_bytes += delta.text.size();
        if (encoder.must_wait()) return hold_text(Waiting::Kind::reasoning, delta.text);
        encoder.reasoning(delta.text);
    }
    void operator()(const ReasoningEnd& end) const {
        if (end.choice != 0) return;
        if (!encoder.must_wait()) return encoder.reasoning_end(end.signature, end.redacted);
        hold({.kind = Waiting::Kind::reasoning_end,
              .first = std::string(end.signature),
              .second = std::string(end.redacted)});
    }
    void operator()(const ToolCallStart& start) const {
        if (start.choice != 0) return;
        if (!encoder.must_wait()) return encoder.call(start.index, start.id, start.name, start.extension);
        hold({.kind = Waiting::Kind::call,
              .call = start.index,
              .first = std::string(start.id),
              .second = std::string(start.name),
              .extension = std::string(start.extension)});
    }
    void operator()(const ToolArgsDelta& delta) const {
        if (delta.choice != 0) return;
        encoder.facts_.answer_bytes += delta.json.size();
        if (Waiting* waiting = encoder.waiting_call(delta.index)) {
            waiting->arguments += delta.json;
        } else {
            encoder.arguments(delta.index, delta.json);
            if (!encoder.waiting_.empty() && encoder.scan_.complete()) encoder.release(false);
        }
    }
    void operator()(const AnnotationEvent& event) const {
        if (event.choice != 0) return;
        std::string json = citation_of(event.json);
        if (json.empty()) return;
        if (!encoder.must_wait()) return encoder.citation(json);
        hold({.kind = Waiting::Kind::citation, .first = std::move(json)});
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
    void operator()(const StreamEnd&) const { encoder.end(); }
    void operator()(const StreamFault& fault) const { encoder.fault(fault.error); }
};

void StreamEncoder::on_event(const StreamEvent& event) {
    if (!ended_) std::visit(Route{*this}, event);
}

bool StreamEncoder::on_native(const NativePart& part) {
    if (part.dialect != ClientDialect::anthropic_messages || ended_) return false;
    const bool cites = part.kind == NativePart::Kind::citation;
    Waiting event{.kind = cites ? Waiting::Kind::citation : Waiting::Kind::block};
    ingress::append_one_line(event.first, part.json);
    if (must_wait()) {
        hold(std::move(event));
    } else {
        replay(event);
    }
    return true;
}

void StreamEncoder::head(HttpResponseHead& head) const {
    ingress::set_event_stream_head(head);
}

// No event may come before message_start, but a comment may.
void StreamEncoder::ping() {
    if (!ended_) out_ += started_ ? "event: ping\ndata: {\"type\":\"ping\"}\n\n" : ": ping\n\n";
}

bool StreamEncoder::must_wait() const noexcept {
    return !waiting_.empty() || (open_ == Open::call && !scan_.complete());
}

void StreamEncoder::hold(Waiting event) {
    if (waiting_.size() < kWaitingMax) {
        waiting_.push_back(std::move(event));
    } else {
        fault(Error(ErrorKind::upstream_invalid, "The provider began more pieces of an answer than it ended."));
    }
}

StreamEncoder::Waiting* StreamEncoder::waiting_call(std::uint32_t call) noexcept {
    const auto found = std::ranges::find_if(waiting_, [call](const Waiting& waiting) {
        return waiting.kind == Waiting::Kind::call && waiting.call == call;
    });
    return found == waiting_.end() ? nullptr : &*found;
}

/// Writes what waits, up to the next call that is not complete, or all of it.
void StreamEncoder::release(bool all) {
    std::vector<Waiting> waiting = std::exchange(waiting_, {});
    auto next = waiting.begin();
    while (next != waiting.end() && (all || !must_wait())) replay(*next++);
    waiting_.assign(std::make_move_iterator(next), std::make_move_iterator(waiting.end()));
}

void StreamEncoder::replay(const Waiting& event) {
    switch (event.kind) {
        case Waiting::Kind::text:
            return text(event.first);
        case Waiting::Kind::reasoning:
            return reasoning(event.first);
        case Waiting::Kind::reasoning_end:
            return reasoning_end(event.first, event.second);
        case Waiting::Kind::call:
            call(event.call, event.first, event.second, event.extension);
            return arguments(event.call, event.arguments);
        case Waiting::Kind::citation:
            return citation(event.first);
        case Waiting::Kind::block:
            open_block(Open::native, event.first);
            return close_block();
    }
}

void StreamEncoder::start() {
    if (std::exchange(started_, true)) return;
    out_ += "event: message_start\ndata: ";
    JsonWriter json(out_);
    json.begin_object().field("type", "message_start").key("message").begin_object();
    json.field("id", facts_.id).field("type", "message").field("role", "assistant").field("model", facts_.model);
    json.key("content").begin_array().end_array();
    json.key("stop_reason").null().key("stop_sequence").null().key("usage");
    write_first_usage(json, facts_);
    json.end_object().end_object();
    out_ += "\n\n";
}

/// `block`: the content block as it begins.
void StreamEncoder::open_block(Open kind, std::string_view block) {
    start();
    close_block();
    open_ = kind;
    out_ += "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":";
    append_index(out_, ++index_);
    out_ += ",\"content_block\":";
    out_ += block;
    out_ += "}\n\n";
}

void StreamEncoder::close_block() {
    if (std::exchange(open_, Open::nothing) == Open::nothing) return;
    out_ += "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":";
    append_index(out_, index_);
    out_ += "}\n\n";
}

/// A delta of the open block up to its value.
void StreamEncoder::begin_delta(std::string_view delta) {
    out_ += "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":";
    append_index(out_, index_);
    out_ += delta;
}

void StreamEncoder::text(std::string_view text) {
    if (open_ != Open::text) open_block(Open::text, R"({"type":"text","text":""})");
    begin_delta(R"(,"delta":{"type":"text_delta","text":")");
    append_json_escaped(out_, text);
    out_ += "\"}}\n\n";
}

void StreamEncoder::reasoning(std::string_view text) {
    if (!facts_.shows_thinking) {
        hidden_ += text;
        return;
    }
    if (open_ != Open::thinking) open_block(Open::thinking, R"({"type":"thinking","thinking":"","signature":""})");
    begin_delta(R"(,"delta":{"type":"thinking_delta","thinking":")");
    append_json_escaped(out_, text);
    out_ += "\"}}\n\n";
}

void StreamEncoder::reasoning_end(std::string_view signature, std::string_view redacted) {
    const std::string hidden = std::exchange(hidden_, {});
    if (!redacted.empty()) {
        std::string block;
        JsonWriter(block).begin_object().field("type", "redacted_thinking").field("data", redacted).end_object();
        open_block(Open::thinking, block);
        return close_block();
    }
    if (signature.empty()) {
        if (open_ == Open::thinking) close_block();
        return;
    }
    if (open_ != Open::thinking) open_block(Open::thinking, R"({"type":"thinking","thinking":"","signature":""})");
    if (!hidden.empty()) {
        begin_delta(R"(,"delta":{"type":"thinking_delta","thinking":")");
        append_json_escaped(out_, hidden);
        out_ += "\"}}\n\n";
    }
    begin_delta(R"(,"delta":{"type":"signature_delta","signature":")");
    append_json_escaped(out_, signature);
    out_ += "\"}}\n\n";
    close_block();
}

void StreamEncoder::call(std::uint32_t index, std::string_view id, std::string_view name, std::string_view extension) {
    std::string block;
    JsonWriter json(block);
    json.begin_object().field("type", "tool_use").field("id", id).field("name", name);
    json.key("input").begin_object().end_object();
    if (!extension.empty()) {
        json.key("extra_content");
        ingress::append_one_line(block, extension);
    }
    json.end_object();
    open_block(Open::call, block);
    call_ = index;
    scan_ = {};
}

// Whatever follows the end of a call that is closed already is white space.
void StreamEncoder::arguments(std::uint32_t index, std::string_view json) {
    if (open_ != Open::call || call_ != index || json.empty()) return;
    scan_.feed(json);
    begin_delta(R"(,"delta":{"type":"input_json_delta","partial_json":")");
    append_json_escaped(out_, json);
    out_ += "\"}}\n\n";
}

void StreamEncoder::citation(std::string_view json) {
    if (open_ != Open::text) open_block(Open::text, R"({"type":"text","text":""})");
    begin_delta(R"(,"delta":{"type":"citations_delta","citation":)");
    out_ += json;
    out_ += "}}\n\n";
}

void StreamEncoder::end() {
    release(true);
    start();
    close_block();
    ended_ = true;
    out_ += "event: message_delta\ndata: ";
    JsonWriter json(out_);
    json.begin_object().field("type", "message_delta").key("delta").begin_object();
    write_stop(json, facts_);
    json.end_object().key("usage");
    write_usage(json, facts_);
    json.end_object();
    out_ += "\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
}

// SDKs raise on it. No message_stop follows, or the answer would look complete (C3).
void StreamEncoder::fault(const Error& error) {
    ended_ = true;
    out_ += "event: error\ndata: ";
    JsonWriter json(out_);
    write_error_body(json, error, facts_.request_id);
    out_ += "\n\n";
}

}  // namespace breakwater::anthropic_messages
