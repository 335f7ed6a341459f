#include "answer_stream.hpp"

#include "../shared/unknown_fields.hpp"
#include "usage.hpp"

namespace breakwater::bedrock {

using Element = JsonReader::Element;

namespace {

/// Of a whole answer, and of the event with what is said about a streamed one, which pads itself with `p`.
constexpr std::string_view kMembers[] = {
    "output",      "stopReason",        "usage", "metrics", "additionalModelResponseFields", "trace",
    "serviceTier", "performanceConfig", "p"};
constexpr std::string_view kBlockEventMembers[] = {"contentBlockIndex", "start", "delta", "p"};
constexpr std::string_view kStopMembers[] = {"stopReason", "additionalModelResponseFields", "p"};
constexpr std::string_view kOutputMembers[] = {"message"};
constexpr std::string_view kMessageMembers[] = {"role", "content"};
constexpr std::string_view kUsageMembers[] = {"inputTokens",
                                              "outputTokens",
                                              "totalTokens",
                                              "cacheReadInputTokens",
                                              "cacheReadInputTokenCount",
                                              "cacheWriteInputTokens",
                                              "cacheWriteInputTokenCount",
                                              "cacheDetails",
                                              "serverToolUsage"};

}  // namespace

void AnswerStream::start(std::string_view request_id, EventSink& sink) {
    sink.on_event(MessageStart{.id = request_id});
}

Result<void> AnswerStream::on_event(std::string_view type, Element event, EventSink& sink) {
    if (ended_) return {};
    const std::int64_t index = get_int(event, "contentBlockIndex").value_or(0);
    if (type.starts_with("contentBlock")) report_unknown_fields(event, kBlockEventMembers, sink);
    if (type == "contentBlockDelta") {
        if (const auto change = get_object(event, "delta")) return delta(index, *change, sink);
    } else if (type == "contentBlockStart") {
        if (const auto what = get_object(event, "start")) start_block(index, *what, sink);
    } else if (type == "contentBlockStop") {
        stop_block(index, sink);
    } else if (type == "messageStop") {
        report_unknown_fields(event, kStopMembers, sink);
        stop(event, sink);
    } else if (type == "metadata") {
        report_unknown_fields(event, kMembers, sink);
        metadata(event, sink);
    } else if (type != "messageStart" && type != "initial-response") {
        sink.on_unknown(Unknown::event);
    }
    return {};
}

void AnswerStream::on_answer(Element answer, EventSink& sink) {
    report_unknown_fields(answer, kMembers, sink);
    const auto output = get_object(answer, "output");
    const auto message = output ? get_object(*output, "message") : std::nullopt;
    if (output) report_unknown_fields(*output, kOutputMembers, sink);
    if (message) report_unknown_fields(*message, kMessageMembers, sink);
    if (const auto content = message ? get_array(*message, "content") : std::nullopt) {
        for (const Element block : *content) whole_block(block, sink);
    }
    stop(answer, sink);
    metadata(answer, sink);
    if (!ended_ && malformed().empty()) end(sink);
}

Result<void> AnswerStream::on_eof(EventSink& sink) {
    if (ended_) return {};
    if (!stopped_) return fail(ErrorKind::upstream_truncated, "The provider's answer ended before it was complete.");
    end(sink);  // the metadata did not come, but the answer did
    return {};
}

std::string_view AnswerStream::malformed() const noexcept {
    // A call that the model did not get right must not be made; text before it stands.
    const bool unusable = !has_content_ || calls_ > 0;
    return stopped_ && unusable && is_malformed(stop_reason_) ? std::string_view(stop_reason_) : std::string_view();
}

void AnswerStream::stop(Element event, EventSink& sink) {
    stop_reason_ = read_finish_word(event, "stopReason", sink);
    stopped_ = true;
    close_all(sink);
    finish_text(sink);
    if (!is_known_finish(stop_reason_)) sink.on_unknown(Unknown::finish_reason);
    if (!malformed().empty()) return;
    FinishReason reason = finish_reason(stop_reason_);
    // The call was ours, not one that the client has to answer.
    if (reason == FinishReason::tool_calls && json_call_seen_ && calls_ == 0) reason = FinishReason::stop;
    sink.on_event(FinishEvent{.reason = reason, .native = stop_reason_});
    end_if_complete(sink);
}

// Comes behind the stop as a rule, and at times before it.
void AnswerStream::metadata(Element event, EventSink& sink) {
    if (const auto tier = get_object(event, "serviceTier"))
        sink.on_event(MessageStart{.service_tier = get_string(*tier, "type").value_or("")});
    if (const auto usage = get_object(event, "usage")) {
        report_unknown_fields(*usage, kUsageMembers, sink);
        sink.on_event(UsageEvent{read_usage(*usage)});
        has_usage_ = true;
    }
    end_if_complete(sink);
}

void AnswerStream::end_if_complete(EventSink& sink) {
    if (stopped_ && has_usage_ && malformed().empty()) end(sink);
}

void AnswerStream::end(EventSink& sink) {
    if (ended_) return;
    sink.on_event(StreamEnd{});
    ended_ = true;
}

}  // namespace breakwater::bedrock
