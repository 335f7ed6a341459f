#include "answer_stream.hpp"

#include "../shared/logprob_list.hpp"
#include "../shared/unknown_fields.hpp"
#include "breakwater/base/kept_buffer.hpp"
#include "breakwater/base/random.hpp"
#include "timestamp.hpp"
#include "usage.hpp"

namespace breakwater::ollama {

using Element = JsonReader::Element;

namespace {

constexpr std::string_view kMembers[] = {"model",         "created_at",        "message",
                                         "done",          "done_reason",       "total_duration",
                                         "load_duration", "prompt_eval_count", "prompt_eval_duration",
                                         "eval_count",    "eval_duration",     "logprobs",
                                         "remote_model",  "remote_host",       "context"};
constexpr std::string_view kMessageMembers[] = {"role", "content", "thinking", "images", "tool_calls", "tool_name"};
constexpr std::string_view kCallMembers[] = {"id", "type", "function"};
constexpr std::string_view kFunctionMembers[] = {"index", "name", "description", "arguments"};

/// Older servers give calls no ids. Made of what the provider sent, so that the same answer has the same ids; the time
/// tells equal calls of different turns apart.
std::string invented_id(std::string_view created_at, std::uint32_t number, std::string_view name,
                        std::string_view arguments) {
    static constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuvwxyz";
    static constexpr std::size_t kLength = 12;
    std::string seed(created_at);
    seed.append("\n").append(std::to_string(number)).append("\n").append(name).append("\n").append(arguments);
    std::string id = "call_";
    std::uint64_t hash = fnv1a(seed);
    for (std::size_t i = 0; i < kLength; ++i, hash /= kDigits.size()) id += kDigits[hash % kDigits.size()];
    return id;
}

}  // namespace

void AnswerStream::on_object(Element object, EventSink& sink) {
    if (ended_) return;
    report_unknown_fields(object, kMembers, sink);
    if (!started_) start(object, sink);
    if (const auto part = get_object(object, "message")) {
        message(*part, get_string(object, "created_at").value_or(""), sink);
    }
    logprobs(object["logprobs"], sink);
    if (get_bool(object, "done").value_or(false)) finish(object, sink);
}

void AnswerStream::start(Element object, EventSink& sink) {
    started_ = true;
    sink.on_event(MessageStart{.model = get_string(object, "model").value_or(""),
                               .created = parse_timestamp(get_string(object, "created_at").value_or("")).value_or(0)});
}

void AnswerStream::message(Element message, std::string_view created_at, EventSink& sink) {
    report_unknown_fields(message, kMessageMembers, sink);
    const std::string_view thinking = get_string(message, "thinking").value_or("");
    if (!thinking.empty()) sink.on_event(ReasoningDelta{.text = thinking, .verbatim = true});
    text(get_string(message, "content").value_or(""), sink);
    if (const auto calls = get_array(message, "tool_calls")) {
        for (const Element one : *calls) call(one, created_at, sink);
    }
}

void AnswerStream::text(std::string_view text, EventSink& sink) {
    if (text.empty()) return;
    if (filter_.passes_all()) return sink.on_event(TextDelta{.text = text});
    filtered_.clear();
    filter_.feed(text, filtered_);
    if (!filtered_.empty()) sink.on_event(TextDelta{.text = filtered_});
}

// Calls come whole, with their arguments as an object.
void AnswerStream::call(Element call, std::string_view created_at, EventSink& sink) {
    const auto function = get_object(call, "function");
    if (!function) return sink.on_unknown(Unknown::content);
    report_unknown_fields(call, kCallMembers, sink);
    report_unknown_fields(*function, kFunctionMembers, sink);
    arguments_.clear();
    if (const auto text = get_string(*function, "arguments")) {
        arguments_ = *text;
    } else if (const auto value = get_value(*function, "arguments")) {
        append_json(arguments_, *value);
    }
    const std::string_view name = get_string(*function, "name").value_or("");
    std::string id(get_string(call, "id").value_or(""));
    if (id.empty()) id = invented_id(created_at, calls_, name, arguments_);
    sink.on_event(ToolCallStart{.index = calls_, .id = id, .name = name});
    if (!arguments_.empty()) sink.on_event(ToolArgsDelta{.index = calls_, .json = arguments_});
    ++calls_;
}

// The items have the shape of the client's dialect.
void AnswerStream::logprobs(Element items, EventSink& sink) {
    if (!write_logprob_list(logprobs_, items)) return;
    sink.on_event(LogprobsEvent{.json = logprobs_});
    clear_kept(logprobs_);
}

void AnswerStream::finish(Element object, EventSink& sink) {
    filtered_.clear();
    filter_.finish(filtered_);
    if (!filtered_.empty()) sink.on_event(TextDelta{.text = filtered_});
    if (const Usage counts = read_usage(object); counts != Usage{}) sink.on_event(UsageEvent{counts});
    const std::string_view native = read_finish_word(object, "done_reason", sink);
    if (!is_known_finish(native)) sink.on_unknown(Unknown::finish_reason);
    sink.on_event(FinishEvent{.reason = finish_reason(native), .native = native});
    sink.on_event(StreamEnd{});
    ended_ = true;
}

}  // namespace breakwater::ollama
