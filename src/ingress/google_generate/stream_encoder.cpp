#include "stream_encoder.hpp"

#include <utility>

#include "../shared/event_text.hpp"
#include "answer_parts.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "error_body.hpp"
#include "signatures.hpp"

namespace breakwater::google_generate {
namespace {

constexpr std::string_view kBeforePart = R"({"candidates":[{"content":{"parts":[)";
constexpr std::string_view kAfterPart = R"(],"role":"model"},"index":)";

}  // namespace

struct StreamEncoder::Write {
    StreamEncoder& encoder;

    void operator()(const MessageStart& start) const {
        if (encoder.tail_.empty() && !start.model.empty()) encoder.context_.model = start.model;
    }
    void operator()(const TextDelta& delta) const { encoder.text(delta); }
    void operator()(const RefusalDelta& delta) const { encoder.choice_at(delta.choice).refusal += delta.text; }
    void operator()(const ReasoningDelta& delta) const { encoder.reasoning(delta); }
    void operator()(const ReasoningEnd& end) const { encoder.reasoning_end(end); }
    void operator()(const ToolCallStart& start) const { encoder.tool_start(start); }
    void operator()(const ToolArgsDelta& delta) const { encoder.tool_args(delta); }
    void operator()(const AnnotationEvent& event) const {
        encoder.choice_at(event.choice).annotations.emplace_back(event.json);
    }
    void operator()(const LogprobsEvent& event) const { encoder.choice_at(event.choice).logprobs.add(event.json); }
    void operator()(const AudioEvent&) const {}  // Its clients cannot ask for it.
    void operator()(const NativeItem&) const {}  // never sent to this dialect
    template <OperationEvent Event>
    void operator()(const Event&) const {}  // a chat has none
    void operator()(const UsageEvent& event) const { encoder.usage_.merge(event.usage); }
    void operator()(const FinishEvent& event) const {
        Choice& choice = encoder.choice_at(event.choice);
        choice.finish = event.reason;
        choice.native = event.native;
    }
    void operator()(const StreamEnd&) const { encoder.end(); }
    void operator()(const StreamFault& broken) const { encoder.fault(broken); }
};

StreamEncoder::StreamEncoder(EncoderContext context, Framing framing)
    : context_(std::move(context)),
      framing_(framing),
      thoughts_(context_.request != nullptr && context_.request->reasoning.shown.value_or(false)) {
    context_.request = nullptr;
}

void StreamEncoder::on_event(const StreamEvent& event) {
    if (!ended_) std::visit(Write{*this}, event);
}

void StreamEncoder::head(HttpResponseHead& head) const {
    head.status = 200;
    head.headers.add("content-type",
                     framing_ == Framing::events ? "text/event-stream" : "application/json; charset=UTF-8");
    // Proxies between us and the client must neither compress nor collect responses.
    head.headers.add("cache-control", "no-cache, no-transform");
    head.headers.add("x-accel-buffering", "no");
}

StreamEncoder::Choice& StreamEncoder::choice_at(std::uint32_t index) {
    // The guard in front bounds the index.
    if (choices_.size() <= index) choices_.resize(std::size_t{index} + 1);
    return choices_[index];
}

void StreamEncoder::open_response() {
    if (framing_ == Framing::events) {
        out_ += "data: ";
    } else {
        out_ += began_ ? ",\n" : "[";
    }
    began_ = true;
}

void StreamEncoder::close_response() {
    if (framing_ == Framing::events) out_ += "\n\n";
}

void StreamEncoder::open_part(std::uint32_t choice) {
    choice_at(choice).told = true;
    open_response();
    out_ += kBeforePart;
}

void StreamEncoder::close_part(std::uint32_t choice) {
    out_ += kAfterPart;
    ingress::append_index(out_, choice);
    if (tail_.empty()) {
        std::string identity;
        JsonWriter json(identity);
        write_identity(json, context_.model, context_.response_id);
        tail_ = "}]," + identity + "}";
    }
    out_ += tail_;
    close_response();
}

void StreamEncoder::text(const TextDelta& delta) {
    open_part(delta.choice);
    out_ += "{\"text\":\"";
    append_json_escaped(out_, delta.text);
    out_ += "\"}";
    close_part(delta.choice);
}

void StreamEncoder::reasoning(const ReasoningDelta& delta) {
    choice_at(delta.choice).thinking = true;
    if (!thoughts_) return;
    open_part(delta.choice);
    JsonWriter json(out_);
    write_thought_part(json, delta.text, {}, {});
    close_part(delta.choice);
}

// The seal of a text comes without a thought before it. Its part has no words either: they are out.
void StreamEncoder::reasoning_end(const ReasoningEnd& end) {
    const bool thought = std::exchange(choice_at(end.choice).thinking, false);
    if (end.signature.empty() && end.redacted.empty()) return;
    const bool of_text = !thought && is_googles(end.signature);
    if (!of_text && !thoughts_) return;
    open_part(end.choice);
    JsonWriter json(out_);
    if (of_text) {
        write_text_part(json, {}, end.signature);
    } else {
        write_thought_part(json, {}, end.signature, end.redacted);
    }
    close_part(end.choice);
}

void StreamEncoder::tool_start(const ToolCallStart& start) {
    choice_at(start.choice)
        .calls.push_back({.id = std::string(start.id),
                          .name = std::string(start.name),
                          .arguments = {},
                          .custom = start.custom,
                          .extension = std::string(start.extension)});
}

void StreamEncoder::tool_args(const ToolArgsDelta& delta) {
    std::vector<ToolCallPart>& calls = choice_at(delta.choice).calls;
    if (delta.index < calls.size()) calls[delta.index].arguments += delta.json;
}

void StreamEncoder::write_candidate(std::uint32_t index, const Choice& choice) {
    const std::string logprobs = choice.logprobs.json();
    const CandidateEnd end{.reason = *choice.finish,
                           .native = choice.native,
                           .refusal = choice.refusal,
                           .annotations = &choice.annotations,
                           .logprobs = logprobs};
    JsonWriter json(out_);
    json.begin_object().key("content").begin_object().key("parts").begin_array();
    for (const ToolCallPart& call : choice.calls) write_call_part(json, call);
    // A choice that was blocked before it said anything has no part.
    if (choice.calls.empty() && (choice.told || !is_blocked(end))) write_text_part(json, {}, {});
    json.end_array().field("role", "model").end_object();
    write_end(json, end);
    json.field("index", std::int64_t{index}).end_object();
}

void StreamEncoder::end() {
    ended_ = true;
    open_response();
    out_ += "{\"candidates\":[";
    bool first = true;
    for (std::uint32_t index = 0; index < choices_.size(); ++index) {
        if (!choices_[index].finish) continue;
        if (!std::exchange(first, false)) out_ += ',';
        write_candidate(index, choices_[index]);
    }
    out_ += "],";
    JsonWriter json(out_);
    write_usage(json, usage_);
    write_identity(json, context_.model, context_.response_id);
    out_ += '}';
    close_response();
    if (framing_ == Framing::array) out_ += ']';
}

// SDKs raise on a response with `error`. No finish follows, or the answer would look complete (C3).
void StreamEncoder::fault(const StreamFault& fault) {
    ended_ = true;
    open_response();
    JsonWriter json(out_);
    write_error_body(json, fault.error);
    close_response();
    if (framing_ == Framing::array) out_ += ']';
}

}  // namespace breakwater::google_generate
