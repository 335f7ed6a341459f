#include "encoder.hpp"

#include <utility>

#include "../shared/event_text.hpp"
#include "../shared/openai_error.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "echo.hpp"
#include "item_parts.hpp"

namespace breakwater::openai_responses_client {
namespace {

/// Above what any model writes; the answer is kept until its end.
constexpr std::size_t kAnswerBytesMax = 64u << 20;

/// What ids of items are made of: the random part of the answer's own.
std::string_view name_of(std::string_view response_id) noexcept {
    const std::size_t underscore = response_id.find('_');
    return underscore == std::string_view::npos ? response_id : response_id.substr(underscore + 1);
}

bool is_cut(std::optional<FinishReason> finish) noexcept {
    return finish == FinishReason::length || finish == FinishReason::content_filter;
}

std::string_view status_of(std::optional<FinishReason> finish) noexcept {
    return is_cut(finish) ? "incomplete" : "completed";
}

void write_details(JsonWriter& json, std::optional<FinishReason> finish) {
    json.key("incomplete_details");
    if (!is_cut(finish)) {
        json.null();
        return;
    }
    const bool filtered = finish == FinishReason::content_filter;
    json.begin_object().field("reason", filtered ? "content_filter" : "max_output_tokens").end_object();
}

}  // namespace

// One answer in this dialect: other choices than the first cannot be asked for, and have no place.
struct Encoder::Write {
    Encoder& encoder;

    void operator()(const MessageStart& start) const { encoder.start(start); }
    void operator()(const TextDelta& delta) const {
        if (first(delta.choice)) encoder.items_.text(delta.text);
    }
    void operator()(const RefusalDelta& delta) const {
        if (first(delta.choice)) encoder.items_.refusal(delta.text);
    }
    void operator()(const ReasoningDelta& delta) const {
        if (first(delta.choice)) encoder.items_.reasoning(delta);
    }
    void operator()(const ReasoningEnd& end) const {
        if (first(end.choice)) encoder.items_.reasoning_end(end);
    }
    void operator()(const ToolCallStart& start) const {
        if (first(start.choice)) encoder.items_.call(start);
    }
    void operator()(const ToolArgsDelta& delta) const {
        if (!first(delta.choice) || encoder.items_.arguments(delta)) return;
        encoder.fault({ErrorKind::upstream_invalid, "the provider went on with a tool call that had ended"});
    }
    void operator()(const AnnotationEvent& event) const {
        if (first(event.choice)) encoder.items_.annotation(event.json);
    }
    void operator()(const LogprobsEvent& event) const {
        if (first(event.choice)) encoder.items_.logprobs(event.json);
    }
    void operator()(const AudioEvent&) const {}  // this dialect cannot ask for it
    void operator()(const NativeItem& item) const {
        if (first(0)) encoder.items_.native(item.json);
    }
    template <OperationEvent Event>
    void operator()(const Event&) const {}  // a chat has none
    void operator()(const UsageEvent& event) const { encoder.usage_ = event.usage; }
    void operator()(const FinishEvent& event) const {
        if (first(event.choice)) encoder.finish_ = event.reason;
    }
    void operator()(const StreamEnd&) const { encoder.end(); }
    void operator()(const StreamFault& broken) const { encoder.fault(broken.error); }

private:
    [[nodiscard]] bool first(std::uint32_t choice) const {
        if (choice == 0) encoder.begin();
        return choice == 0;
    }
};

Encoder::Encoder(EncoderContext context)
    : context_(std::move(context)),
      events_(out_),
      items_(name_of(context_.response_id), context_.stream ? &events_ : nullptr) {
    const ChatRequest* request = std::exchange(context_.request, nullptr);
    if (request != nullptr && request->own) echo_ = echo_of(*request, context_.keeper != nullptr);
}

void Encoder::on_event(const StreamEvent& event) {
    if (ended_) return;
    std::visit(Write{*this}, event);
    if (!ended_ && items_.bytes() > kAnswerBytesMax) {
        fault({ErrorKind::upstream_invalid, "the provider's answer is longer than the gateway takes"});
    }
}

void Encoder::head(HttpResponseHead& head) const {
    if (context_.stream) return ingress::set_event_stream_head(head);
    head.status = 200;
    head.headers.add("content-type", "application/json");
}

void Encoder::ping() {
    if (context_.stream && !ended_) out_ += ingress::kPing;
}

// Identity is fixed by the first event; the tier may come later.
void Encoder::start(const MessageStart& start) {
    if (!began_ && !start.model.empty()) context_.model = start.model;
    if (!start.service_tier.empty()) service_tier_ = start.service_tier;
}

void Encoder::begin() {
    if (std::exchange(began_, true) || !context_.stream) return;
    write_event("created", "in_progress");
    write_event("in_progress", "in_progress");
}

void Encoder::end() {
    begin();
    const std::string_view status = status_of(finish_);
    items_.close(status);
    ended_ = true;
    if (!context_.stream) {
        write_response(status, nullptr);
        if (context_.keeper != nullptr) context_.keeper->keep(out_);
        return;
    }
    events_.begin(status);
    out_ += ",\"response\":";
    const std::size_t at = out_.size();
    write_response(status, nullptr);
    if (context_.keeper != nullptr) context_.keeper->keep(std::string_view(out_).substr(at));
    events_.end();
}

// What is open stays open, or a call that was cut off would look like one to be made (C3). SDKs raise at the first of
// the two events.
void Encoder::fault(const Error& error) {
    ended_ = true;
    finish_.reset();
    if (!context_.stream) {
        JsonWriter json(out_);
        return ingress::write_error_body(json, error);
    }
    events_.error(error);
    if (began_) write_event("failed", "failed", &error);
}

void Encoder::write_event(std::string_view name, std::string_view status, const Error* error) {
    events_.begin(name);
    out_ += ",\"response\":";
    write_response(status, error);
    events_.end();
}

void Encoder::write_response(std::string_view status, const Error* error) {
    JsonWriter json(out_);
    json.begin_object().field("id", context_.response_id).field("object", "response");
    json.field("created_at", context_.created).field("status", status).key("error");
    if (error == nullptr) {
        json.null();
    } else {
        json.begin_object().field("code", error->code_or_default()).field("message", error->message).end_object();
    }
    write_details(json, ended_ ? finish_ : std::nullopt);
    json.field("model", context_.model).key("output").begin_array();
    if (ended_) out_ += items_.done();
    json.end_array().key("usage");
    write_usage(json, usage_ ? *usage_ : Usage{});
    json.key("service_tier");
    if (service_tier_.empty()) {
        json.null();
    } else {
        json.string(service_tier_);
    }
    if (!echo_.empty()) out_.append(",").append(echo_);
    json.end_object();
}

}  // namespace breakwater::openai_responses_client
