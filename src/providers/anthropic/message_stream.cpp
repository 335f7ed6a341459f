#include "message_stream.hpp"

#include <algorithm>

#include "../shared/unknown_fields.hpp"
#include "usage.hpp"

namespace breakwater::anthropic {

using Element = JsonReader::Element;

namespace {

constexpr std::string_view kMembers[] = {"id",
                                         "type",
                                         "role",
                                         "model",
                                         "content",
                                         "stop_reason",
                                         "stop_sequence",
                                         "stop_details",
                                         "usage",
                                         "container",
                                         "context_management"};
constexpr std::string_view kEventMembers[] = {"type",
                                              "index",
                                              "message",
                                              "content_block",
                                              "delta",
                                              "usage",
                                              "context_management",
                                              "amazon-bedrock-invocationMetrics"};
constexpr std::string_view kChangeMembers[] = {"stop_reason", "stop_sequence", "stop_details", "container"};
constexpr std::string_view kUsageMembers[] = {"input_tokens",
                                              "cache_creation_input_tokens",
                                              "cache_read_input_tokens",
                                              "cache_creation",
                                              "output_tokens",
                                              "service_tier",
                                              "inference_geo",
                                              "server_tool_use",
                                              "output_tokens_details",
                                              "iterations",
                                              "speed"};

/// Of all types but deltas, which come with every word.
bool is_known_event(std::string_view type) {
    static constexpr std::string_view kTypes[] = {"message_start", "content_block_start", "content_block_stop",
                                                  "message_delta", "message_stop",        "ping"};
    return std::ranges::find(kTypes, type) != std::end(kTypes);
}

}  // namespace

Result<void> MessageStream::on_event(std::string_view type, Element event, EventSink& sink) {
    if (ended_) return {};
    if (type == "content_block_delta") return delta(event, sink);
    if (!is_known_event(type)) {
        sink.on_unknown(Unknown::event);
        return {};
    }
    report_unknown_fields(event, kEventMembers, sink);
    if (type == "message_start") return start_message(event, sink);
    if (type == "content_block_start") {
        if (const auto content = get_object(event, "content_block"))
            start_block(get_int(event, "index").value_or(0), *content, sink);
    } else if (type == "content_block_stop") {
        stop_block(get_int(event, "index").value_or(0), sink);
    } else if (type == "message_delta") {
        update_message(event, sink);
    } else if (type == "message_stop") {
        finish(sink);
    }
    return {};
}

void MessageStream::on_message(Element message, EventSink& sink) {
    read_message(message, sink);
    finish(sink);
}

Result<void> MessageStream::on_eof(EventSink& sink) {
    if (ended_) return {};
    if (stop_reason_.empty())
        return fail(ErrorKind::upstream_truncated, "The provider's answer ended before it was complete.");
    finish(sink);
    return {};
}

// Some gateways repeat the first event. Another id means that two answers were spliced into one body, which no client
// could read.
Result<void> MessageStream::start_message(Element event, EventSink& sink) {
    const auto message = get_object(event, "message");
    if (!message) return {};
    if (!started_) {
        read_message(*message, sink);
    } else if (get_string(*message, "id").value_or("") != id_) {
        return fail(ErrorKind::upstream_invalid, "The provider began a second answer inside the first.");
    }
    return {};
}

void MessageStream::read_message(Element message, EventSink& sink) {
    started_ = true;
    report_unknown_fields(message, kMembers, sink);
    id_ = get_string(message, "id").value_or("");
    const auto usage = get_object(message, "usage");
    sink.on_event(MessageStart{.id = id_,
                               .model = get_string(message, "model").value_or(""),
                               .service_tier = usage ? get_string(*usage, "service_tier").value_or("") : ""});
    update_usage(message, sink);
    // Whole messages, and streams that resume deferred tool calls, have their blocks here.
    if (const auto content = get_array(message, "content")) {
        for (const Element block : *content) whole_block(block, sink);
    }
    read_stop(message, sink);
}

void MessageStream::update_message(Element event, EventSink& sink) {
    update_usage(event, sink);
    if (const auto change = get_object(event, "delta")) {
        report_unknown_fields(*change, kChangeMembers, sink);
        read_stop(*change, sink);
    }
}

void MessageStream::update_usage(Element holder, EventSink& sink) {
    if (const auto usage = get_object(holder, "usage")) {
        report_unknown_fields(*usage, kUsageMembers, sink);
        sink.on_event(UsageEvent{read_usage(*usage)});
    }
}

void MessageStream::read_stop(Element holder, EventSink& sink) {
    if (const std::string_view reason = read_finish_word(holder, "stop_reason", sink); !reason.empty())
        stop_reason_ = reason;
    if (const auto sequence = get_string(holder, "stop_sequence")) stop_sequence_ = *sequence;
    if (const auto details = get_object(holder, "stop_details")) {
        if (const auto explanation = get_string(*details, "explanation")) explanation_ = *explanation;
    }
}

void MessageStream::finish(EventSink& sink) {
    close_all(sink);
    finish_text(sink);
    if (!is_known_finish(stop_reason_)) sink.on_unknown(Unknown::finish_reason);
    FinishReason reason = finish_reason(stop_reason_);
    if (reason == FinishReason::content_filter && !has_text_ && !explanation_.empty()) {
        sink.on_event(RefusalDelta{.text = explanation_});
    }
    // The call was ours, not one that the client has to answer.
    if (reason == FinishReason::tool_calls && json_call_seen_ && calls_ == 0) reason = FinishReason::stop;
    sink.on_event(FinishEvent{.reason = reason, .native = stop_reason_, .stop_sequence = stop_sequence_});
    sink.on_event(StreamEnd{});
    ended_ = true;
}

}  // namespace breakwater::anthropic
