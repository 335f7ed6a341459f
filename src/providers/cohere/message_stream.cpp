#include "message_stream.hpp"

#include <algorithm>

#include "../shared/unknown_fields.hpp"
#include "../shared/url_citation.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "usage.hpp"

namespace breakwater::cohere {

using Element = JsonReader::Element;

namespace {

constexpr std::string_view kNull = "null";
// Members that are known, each in the order in which the API writes them.
constexpr std::string_view kMembers[] = {"id",    "generation_id", "message", "finish_reason",
                                         "usage", "logprobs",      "meta"};
constexpr std::string_view kEventMembers[] = {"id", "type", "index", "delta", "logprobs"};
constexpr std::string_view kDeltaMembers[] = {"message", "finish_reason", "usage", "error", "error_type"};
constexpr std::string_view kMessageMembers[] = {"role", "content", "tool_plan", "tool_calls", "citations"};
constexpr std::string_view kContentMembers[] = {"type", "text", "thinking"};
constexpr std::string_view kCallMembers[] = {"id", "type", "function"};
constexpr std::string_view kFunctionMembers[] = {"name", "arguments"};
constexpr std::string_view kUsageMembers[] = {"billed_units", "tokens", "cached_tokens"};

/// Every citation looks for its block. Answers have one, or a few.
constexpr std::size_t kTextBlocksMax = 1024;

/// The message that an event adds to: {"delta": {"message": ...}}.
std::optional<Element> message_of(Element event) {
    const auto delta = get_object(event, "delta");
    return delta ? get_object(*delta, "message") : std::nullopt;
}

std::optional<Element> part_of(Element event, std::string_view name) {
    const auto message = message_of(event);
    return message ? get_object(*message, name) : std::nullopt;
}

bool is_known_event(std::string_view type) {
    static constexpr std::string_view kTypes[] = {
        "content-delta",   "content-start",   "content-end",   "message-start",  "message-end",  "tool-plan-delta",
        "tool-call-start", "tool-call-delta", "tool-call-end", "citation-start", "citation-end", "debug"};
    return std::ranges::find(kTypes, type) != std::end(kTypes);
}

/// An event adds to what is in two objects inside it.
void report_event_members(Element event, EventSink& sink) {
    report_unknown_fields(event, kEventMembers, sink);
    const auto delta = get_object(event, "delta");
    if (!delta) return;
    report_unknown_fields(*delta, kDeltaMembers, sink);
    if (const auto message = get_object(*delta, "message")) report_unknown_fields(*message, kMessageMembers, sink);
}

/// A call of a kind to come has no function, but says what it is.
bool is_unknown_call(Element call) {
    return get_string(call, "type").value_or("function") != "function" && !get_object(call, "function");
}

/// What a document, or the result of a tool, says of where it comes from.
Element origin(Element source) {
    if (const auto document = get_object(source, "document")) return *document;
    return get_object(source, "tool_output").value_or(source);
}

}  // namespace

void MessageStream::on_event(std::string_view type, Element event, EventSink& sink) {
    if (ended_) return;
    if (!is_known_event(type)) return sink.on_unknown(Unknown::event);
    report_event_members(event, sink);
    const std::int64_t index = get_int(event, "index").value_or(0);
    if (type == "content-delta") {
        if (const auto content = part_of(event, "content")) content_delta(*content, sink);
        if (const auto item = get_object(event, "logprobs")) logprobs(*item, sink);
    } else if (type == "content-start") {
        if (const auto content = part_of(event, "content")) start_content(index, *content, sink);
    } else if (type == "tool-plan-delta") {
        if (const auto message = message_of(event)) reasoning(get_string(*message, "tool_plan").value_or(""), sink);
    } else if (type == "tool-call-start") {
        if (const auto call = part_of(event, "tool_calls")) start_call(index, *call, sink);
    } else if (type == "tool-call-delta") {
        const auto call = part_of(event, "tool_calls");
        const auto function = call ? get_object(*call, "function") : std::nullopt;
        if (function) arguments(get_string(*function, "arguments").value_or(""), sink);
    } else if (type == "tool-call-end") {
        end_call(sink);
    } else if (type == "citation-start") {
        if (const auto citation = part_of(event, "citations")) cite(*citation, sink);
    } else if (type == "message-start") {
        start(event, sink);
    } else if (type == "message-end") {
        finish(get_object(event, "delta").value_or(event), sink);
    }
}

void MessageStream::on_answer(Element answer, EventSink& sink) {
    report_unknown_fields(answer, kMembers, sink);
    start(answer, sink);
    if (const auto message = get_object(answer, "message")) {
        report_unknown_fields(*message, kMessageMembers, sink);
        reasoning(get_string(*message, "tool_plan").value_or(""), sink);
        std::int64_t index = 0;
        if (const auto content = get_array(*message, "content")) {
            for (const Element block : *content) start_content(index++, block, sink);
        }
        text(get_string(*message, "content").value_or(""), sink);
        index = 0;
        if (const auto calls = get_array(*message, "tool_calls")) {
            for (const Element call : *calls) start_call(index++, call, sink);
        }
        if (const auto citations = get_array(*message, "citations")) {
            for (const Element citation : *citations) cite(citation, sink);
        }
    }
    if (const auto items = get_array(answer, "logprobs")) {
        for (const Element item : *items) logprobs(item, sink);
    }
    finish(answer, sink);
}

void MessageStream::start(Element holder, EventSink& sink) {
    sink.on_event(MessageStart{.id = get_string(holder, "id").value_or("")});
}

void MessageStream::start_content(std::int64_t index, Element content, EventSink& sink) {
    end_call(sink);
    passed_over_ = false;
    if (!content.is_object()) return;
    if (get_string(content, "type").value_or("text") == "text" && text_blocks_.size() < kTextBlocksMax) {
        text_blocks_.push_back({.index = index, .begin = places_.characters()});
    }
    content_delta(content, sink);
}

// The member that is there tells text from thoughts.
void MessageStream::content_delta(Element content, EventSink& sink) {
    if (!get_value(content, "thinking") && !get_value(content, "text")) return pass_over(content, sink);
    report_unknown_fields(content, kContentMembers, sink);
    reasoning(get_string(content, "thinking").value_or(""), sink);
    text(get_string(content, "text").value_or(""), sink);
}

// A block is counted once, as it begins, and not again with each of its pieces.
void MessageStream::pass_over(Element content, EventSink& sink) {
    const auto type = get_string(content, "type");
    if (passed_over_ || type == "text" || type == "thinking") return;
    passed_over_ = type.has_value();
    sink.on_unknown(Unknown::content);
}

void MessageStream::start_call(std::int64_t index, Element call, EventSink& sink) {
    end_call(sink);
    if (is_unknown_call(call)) return sink.on_unknown(Unknown::content);  // what belongs to it finds no open call
    report_unknown_fields(call, kCallMembers, sink);
    const auto function = get_object(call, "function");
    if (function) report_unknown_fields(*function, kFunctionMembers, sink);
    call_ = static_cast<std::uint32_t>(std::clamp<std::int64_t>(index, 0, UINT32_MAX));
    call_open_ = true;
    arguments_begun_ = false;
    const std::string_view name = function ? get_string(*function, "name").value_or("") : "";
    sink.on_event(
        ToolCallStart{.index = call_, .id = get_string(call, "id").value_or(""), .name = shape_.names.original(name)});
    if (function) arguments(get_string(*function, "arguments").value_or(""), sink);
}

// A call of a tool without parameters has no arguments, or `null` for them, where other dialects have {}.
void MessageStream::arguments(std::string_view fragment, EventSink& sink) {
    if (!call_open_ || fragment.empty()) return;
    if (!arguments_begun_) {
        held_arguments_ += fragment;
        if (kNull.starts_with(held_arguments_)) return;
        arguments_begun_ = true;
        sink.on_event(ToolArgsDelta{.index = call_, .json = held_arguments_});
        held_arguments_.clear();
        return;
    }
    sink.on_event(ToolArgsDelta{.index = call_, .json = fragment});
}

void MessageStream::end_call(EventSink& sink) {
    if (!call_open_) return;
    if (!held_arguments_.empty() && held_arguments_ != kNull) {
        sink.on_event(ToolArgsDelta{.index = call_, .json = held_arguments_});
    }
    held_arguments_.clear();
    call_open_ = false;
}

void MessageStream::text(std::string_view text, EventSink& sink) {
    if (filter_.passes_all()) return send_text(text, sink);
    filtered_.clear();
    filter_.feed(text, filtered_);
    send_text(filtered_, sink);
}

void MessageStream::send_text(std::string_view text, EventSink& sink) {
    if (text.empty()) return;
    places_.add(text);
    sink.on_event(TextDelta{.text = text});
}

void MessageStream::reasoning(std::string_view text, EventSink& sink) {
    if (!text.empty()) sink.on_event(ReasoningDelta{.text = text, .verbatim = true});
}

// Only sources with an address can be said in the client's dialect.
void MessageStream::cite(Element citation, EventSink& sink) {
    const std::string_view type = get_string(citation, "type").value_or("TEXT_CONTENT");
    if (type != "TEXT_CONTENT") {
        if (type != "THINKING_CONTENT" && type != "PLAN") sink.on_unknown(Unknown::content);
        return;
    }
    const auto sources = get_array(citation, "sources");
    if (!sources) return;
    std::int64_t begin = 0;
    const auto block = get_int(citation, "content_index");
    const auto found =
        std::ranges::find_if(text_blocks_, [&](const TextBlock& one) { return !block || one.index == *block; });
    if (found != text_blocks_.end()) begin = found->begin;
    const std::int64_t start =
        places_.utf16(begin + std::clamp<std::int64_t>(get_int(citation, "start").value_or(0), 0, INT32_MAX));
    const std::int64_t end =
        places_.utf16(begin + std::clamp<std::int64_t>(get_int(citation, "end").value_or(0), 0, INT32_MAX));
    for (const Element source : *sources) {
        const Element from = origin(source);
        const std::string_view url = get_string(from, "url").value_or("");
        if (!url.starts_with("https://") && !url.starts_with("http://")) continue;
        scratch_.clear();
        JsonWriter json(scratch_);
        write_url_citation(json, url, get_string(from, "title").value_or(""), start, end);
        sink.on_event(AnnotationEvent{.json = scratch_});
    }
}

// The API has one entry for a piece of text, with the probability of each of its tokens: theirs multiply.
void MessageStream::logprobs(Element item, EventSink& sink) {
    const auto tokens = get_array(item, "logprobs");
    if (!tokens) return;
    double sum = 0;
    for (const Element token : *tokens) {
        double logprob = 0;
        if (token.get(logprob)) sum += logprob;
    }
    scratch_.clear();
    JsonWriter json(scratch_);
    json.begin_object().key("content").begin_array().begin_object();
    json.field("token", get_string(item, "text").value_or("")).field("logprob", sum).key("bytes").null();
    json.key("top_logprobs").begin_array().end_array().end_object().end_array().end_object();
    sink.on_event(LogprobsEvent{.json = scratch_});
}

void MessageStream::finish(Element holder, EventSink& sink) {
    end_call(sink);
    filtered_.clear();
    filter_.finish(filtered_);
    send_text(filtered_, sink);
    if (const auto usage = get_object(holder, "usage")) {
        report_unknown_fields(*usage, kUsageMembers, sink);
        if (const Usage counts = read_usage(*usage); counts != Usage{}) sink.on_event(UsageEvent{counts});
    }
    const std::string_view native = read_finish_word(holder, "finish_reason", sink);
    if (!is_known_finish(native)) sink.on_unknown(Unknown::finish_reason);
    sink.on_event(FinishEvent{.reason = finish_reason(native), .native = native});
    sink.on_event(StreamEnd{});
    ended_ = true;
}

}  // namespace breakwater::cohere
