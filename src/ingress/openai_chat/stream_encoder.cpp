#include "stream_encoder.hpp"

#include <utility>

#include "../shared/event_text.hpp"
#include "../shared/openai_error.hpp"
#include "answer_parts.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::openai_chat {
namespace {

using ingress::append_index;
using ingress::append_one_line;

constexpr std::string_view kChoices = ",\"choices\":[";
constexpr std::string_view kAfterDelta = "},\"logprobs\":";
constexpr std::string_view kNoFinish = "null,\"finish_reason\":null}]";

/// Takes `value` when it is the first one there is.
bool fill(std::string& target, std::string_view value) {
    if (!target.empty() || value.empty()) return false;
    target = value;
    return true;
}

}  // namespace

struct StreamEncoder::Write {
    StreamEncoder& encoder;

    void operator()(const MessageStart& start) const { encoder.start(start); }
    void operator()(const TextDelta& delta) const { encoder.text(delta.choice, "\"content\":\"", delta.text); }
    void operator()(const RefusalDelta& delta) const { encoder.text(delta.choice, "\"refusal\":\"", delta.text); }
    void operator()(const ReasoningDelta& delta) const { encoder.reasoning(delta); }
    void operator()(const ReasoningEnd& end) const { encoder.reasoning_end(end); }
    void operator()(const ToolCallStart& start) const { encoder.tool_start(start); }
    void operator()(const ToolArgsDelta& delta) const { encoder.tool_args(delta); }
    void operator()(const AnnotationEvent& event) const { encoder.annotation(event); }
    void operator()(const LogprobsEvent& event) const { encoder.logprobs(event); }
    void operator()(const AudioEvent& event) const { encoder.audio(event); }
    void operator()(const NativeItem&) const {}  // never sent to this dialect
    template <OperationEvent Event>
    void operator()(const Event&) const {}  // a chat has none
    void operator()(const UsageEvent& event) const { encoder.usage(event.usage); }
    void operator()(const FinishEvent& event) const { encoder.finish(event); }
    void operator()(const StreamEnd&) const { encoder.end(); }
    void operator()(const StreamFault& broken) const { encoder.fault(broken); }
};

void StreamEncoder::on_event(const StreamEvent& event) {
    if (!ended_) std::visit(Write{*this}, event);
}

void StreamEncoder::head(HttpResponseHead& head) const {
    ingress::set_event_stream_head(head);
}

void StreamEncoder::ping() {
    if (!ended_) out_ += ingress::kPing;
}

// Identity is fixed by the first chunk; tier and fingerprint may come later and are then on the chunks from there on.
void StreamEncoder::start(const MessageStart& start) {
    const bool began = !envelope_.empty();
    if (!began && !start.model.empty()) context_.model = start.model;
    const bool tier = fill(service_tier_, start.service_tier);
    const bool fingerprint = fill(fingerprint_, start.system_fingerprint);
    if (began && (tier || fingerprint)) build_envelope();
}

// Written where there is room already, so that what is kept for as long as the stream is open has none to spare.
void StreamEncoder::build_envelope() {
    const std::size_t at = out_.size();
    out_ += "data: ";
    JsonWriter json(out_);
    json.begin_object();
    json.field("id", context_.response_id).field("object", "chat.completion.chunk");
    json.field("created", context_.created).field("model", context_.model);
    if (!service_tier_.empty()) json.field("service_tier", service_tier_);
    if (!fingerprint_.empty()) json.field("system_fingerprint", fingerprint_);
    out_ += kChoices;
    envelope_ = out_.substr(at);
    out_.resize(at);
}

// On all chunks from here on, as members that SDKs do not know may be: a chunk of its own would have an empty delta.
void StreamEncoder::recovered(const Recovered& by) {
    build_envelope();
    envelope_.resize(envelope_.size() - kChoices.size());
    JsonWriter json(envelope_);
    envelope_ += ",\"recovery\":";
    json.begin_object().field("by", by.by).field("deployment", by.deployment).field("model", by.model).end_object();
    envelope_ += kChoices;
}

StreamEncoder::Choice& StreamEncoder::choice_at(std::uint32_t index) {
    // The guard in front bounds the index.
    if (choices_.size() <= index) choices_.resize(std::size_t{index} + 1);
    return choices_[index];
}

StreamEncoder::Choice& StreamEncoder::started(std::uint32_t index, std::string_view content) {
    Choice& choice = choice_at(index);
    if (choice.started) return choice;
    choice.started = true;
    open_chunk(index);
    out_ += "\"role\":\"assistant\",\"content\":";
    out_ += content;
    out_ += ",\"refusal\":null";
    close_delta();
    return choice;
}

void StreamEncoder::open_chunk(std::uint32_t choice) {
    if (envelope_.empty()) build_envelope();
    out_ += envelope_;
    out_ += "{\"index\":";
    append_index(out_, choice);
    out_ += ",\"delta\":{";
    slot_.chunk_end = 0;
}

void StreamEncoder::close_delta() {
    out_ += kAfterDelta;
    out_ += kNoFinish;
    out_ += context_.include_usage ? ",\"usage\":null}\n\n" : "}\n\n";
}

void StreamEncoder::text(std::uint32_t choice, std::string_view member, std::string_view text) {
    started(choice);
    open_chunk(choice);
    out_ += member;
    append_json_escaped(out_, text);
    out_ += '"';
    const std::size_t null_at = out_.size() + kAfterDelta.size();
    close_delta();
    slot_ = {.choice = choice, .null_at = null_at, .chunk_end = out_.size()};
}

void StreamEncoder::reasoning(const ReasoningDelta& delta) {
    started(delta.choice).block_text += delta.text;
    open_chunk(delta.choice);
    out_ += "\"reasoning_content\":\"";
    append_json_escaped(out_, delta.text);
    out_ += '"';
    close_delta();
}

// A block without a seal need not be replayed as a block; its text is out already.
void StreamEncoder::reasoning_end(const ReasoningEnd& end) {
    const std::string block = std::exchange(choice_at(end.choice).block_text, {});
    if (end.signature.empty() && end.redacted.empty()) return;
    Choice& choice = started(end.choice);
    open_chunk(end.choice);
    out_ += "\"thinking_blocks\":[";
    JsonWriter json(out_);
    // SDKs merge lists in deltas by this index.
    json.begin_object().field("index", choice.blocks++);
    write_reasoning_block(json, block, end.signature, end.redacted);
    json.end_object();
    out_ += ']';
    close_delta();
}

void StreamEncoder::tool_start(const ToolCallStart& start) {
    Choice& choice = started(start.choice, "null");
    choice.custom_calls.push_back(start.custom);
    // The legacy shape has room for one call, and the request asked for no more.
    if (context_.legacy_functions && start.index > 0) return;
    open_chunk(start.choice);
    JsonWriter json(out_);
    if (context_.legacy_functions) {
        json.key("function_call").begin_object().field("name", start.name).field("arguments", "").end_object();
    } else {
        json.key("tool_calls").begin_array().begin_object();
        json.field("index", std::int64_t{start.index}).field("id", start.id);
        json.field("type", start.custom ? "custom" : "function").key(start.custom ? "custom" : "function");
        json.begin_object().field("name", start.name).field(start.custom ? "input" : "arguments", "").end_object();
        if (!start.extension.empty()) {
            json.key("extra_content");
            append_one_line(out_, start.extension);
        }
        json.end_object().end_array();
    }
    close_delta();
}

void StreamEncoder::tool_args(const ToolArgsDelta& delta) {
    const Choice& choice = choice_at(delta.choice);
    const bool custom = delta.index < choice.custom_calls.size() && choice.custom_calls[delta.index];
    if (context_.legacy_functions && delta.index > 0) return;
    open_chunk(delta.choice);
    if (context_.legacy_functions) {
        out_ += "\"function_call\":{\"arguments\":\"";
    } else {
        out_ += "\"tool_calls\":[{\"index\":";
        append_index(out_, delta.index);
        out_ += custom ? ",\"custom\":{\"input\":\"" : ",\"function\":{\"arguments\":\"";
    }
    append_json_escaped(out_, delta.json);
    out_ += context_.legacy_functions ? "\"}" : "\"}}]";
    close_delta();
}

void StreamEncoder::annotation(const AnnotationEvent& event) {
    std::string& items = choice_at(event.choice).annotations;
    if (!items.empty()) items += ',';
    append_one_line(items, event.json);
}

// They follow the text that they belong to, and go into its chunk while that has not been taken away: its end, from its
// null on, is written anew.
void StreamEncoder::logprobs(const LogprobsEvent& event) {
    if (slot_.chunk_end != 0 && slot_.chunk_end == out_.size() && slot_.choice == event.choice) {
        out_.resize(slot_.null_at);
        slot_.chunk_end = 0;
    } else {
        started(event.choice);
        open_chunk(event.choice);
        out_ += kAfterDelta;
    }
    append_one_line(out_, event.json);
    out_ += kNoFinish.substr(std::string_view("null").size());
    out_ += context_.include_usage ? ",\"usage\":null}\n\n" : "}\n\n";
}

void StreamEncoder::audio(const AudioEvent& event) {
    started(event.choice, "null");
    open_chunk(event.choice);
    out_ += "\"audio\":";
    append_one_line(out_, event.json);
    close_delta();
}

void StreamEncoder::finish(const FinishEvent& event) {
    Choice& choice = started(event.choice);
    if (!choice.annotations.empty()) {
        open_chunk(event.choice);
        out_ += "\"annotations\":[" + choice.annotations + "]";
        close_delta();
    }
    open_chunk(event.choice);
    out_ += "},\"logprobs\":null,";
    JsonWriter json(out_);
    json.field("finish_reason", finish_word(event.reason, context_.legacy_functions));
    if (is_worth_telling(event.native, event.reason)) json.field("native_finish_reason", event.native);
    out_ += context_.include_usage ? "}],\"usage\":null}\n\n" : "}]}\n\n";
}

// The guard has it once, behind the last finish.
void StreamEncoder::usage(const Usage& usage) {
    // Typed clients refuse null counts, so usage that is not known stays the null of the chunks before.
    if (!context_.include_usage || !usage.total()) return;
    if (envelope_.empty()) build_envelope();
    out_ += envelope_;
    out_ += "],\"usage\":";
    JsonWriter json(out_);
    write_usage(json, usage);
    out_ += "}\n\n";
}

void StreamEncoder::end() {
    ended_ = true;
    out_ += "data: [DONE]\n\n";
}

// SDKs raise on an event with `error`. No finish and no end mark follows, or the answer would look complete (C3).
void StreamEncoder::fault(const StreamFault& fault) {
    ended_ = true;
    out_ += "data: ";
    JsonWriter json(out_);
    ingress::write_error_body(json, fault.error);
    out_ += "\n\n";
}

}  // namespace breakwater::openai_chat
