#include "answer_items.hpp"

#include <algorithm>

#include "../shared/event_text.hpp"
#include "breakwater/base/utf16.hpp"
#include "breakwater/canonical/logprobs.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "item_parts.hpp"
#include "seal.hpp"

namespace breakwater::openai_responses_client {
namespace {

/// How the parts of an item, and the argument of a call, are called in types of parts, names of events and members.
struct Words {
    std::string_view type;      ///< of the part
    std::string_view events;    ///< of its text: response.EVENTS.delta
    std::string_view member;    ///< of the whole text
    std::string_view frame;     ///< of the part: response.FRAME.added
    std::string_view position;  ///< the member that numbers it
};
constexpr Words kWords[] = {
    {},
    {"output_text", "output_text", "text", "content_part", "content_index"},
    {"refusal", "refusal", "refusal", "content_part", "content_index"},
    {"summary_text", "reasoning_summary_text", "text", "reasoning_summary_part", "summary_index"},
    {"reasoning_text", "reasoning_text", "text", "content_part", "content_index"},
};
constexpr std::string_view kArguments = "function_call_arguments";
constexpr std::string_view kCustomInput = "custom_tool_call_input";
constexpr std::string_view kNoArguments = "{}";
constexpr std::string_view kNoLogprobs = ",\"logprobs\":[]";

void append_item(std::string& list, std::string_view item) {
    if (item.empty()) return;
    if (!list.empty()) list += ',';
    list += item;
}

}  // namespace

std::size_t AnswerItems::bytes() const noexcept {
    std::size_t sum = done_.size() + text_.size() + parts_.size() + logprobs_.size() + call_.arguments.size();
    for (const Call& call : waiting_) sum += call.arguments.size();
    return sum;
}

void AnswerItems::open(Kind kind, std::string_view prefix) {
    kind_ = kind;
    id_.assign(prefix).append(name_).append("_");
    ingress::append_index(id_, index_);
    verbatim_ = false;
    part_index_ = 0;
    parts_.clear();
    sealed_.clear();
}

void AnswerItems::say(Part part, std::string_view text) {
    if (kind_ != Kind::message) {
        close("completed");
        open(Kind::message, "msg_");
        put_item(item_json("in_progress", false), true, false);
    }
    if (part_ != part) {
        close_part();
        open_part(part);
    }
    write_delta(text);
}

void AnswerItems::reasoning(const ReasoningDelta& delta) {
    if (kind_ != Kind::reasoning) {
        close("completed");
        open(Kind::reasoning, "rs_");
        verbatim_ = delta.verbatim;
        put_item(item_json("in_progress", false), true, false);
        open_part(verbatim_ ? Part::thought : Part::summary);
    }
    write_delta(delta.text);
}

void AnswerItems::reasoning_end(const ReasoningEnd& end) {
    std::string sealed = pack_content(end.signature, end.redacted);
    if (kind_ != Kind::reasoning) {
        if (sealed.empty()) return;
        close("completed");
        open(Kind::reasoning, "rs_");
        put_item(item_json("in_progress", false), true, false);
    }
    sealed_ = std::move(sealed);
    close_item("completed");
}

void AnswerItems::call(const ToolCallStart& start) {
    Call call{.index = start.index,
              .id = std::string(start.id),
              .name = std::string(start.name),
              .custom = start.custom,
              .extension = std::string(start.extension)};
    // A call that has not ended yet goes on first.
    if (kind_ == Kind::call && !call_.custom && !call_.scan.complete()) {
        waiting_.push_back(std::move(call));
        return;
    }
    close("completed");
    open_call(std::move(call));
}

void AnswerItems::open_call(Call call) {
    call_ = std::move(call);
    open(Kind::call, call_.custom ? "ctc_" : "fc_");
    put_item(item_json("in_progress", false), true, false);
    if (!call_.arguments.empty()) write_delta(call_.arguments);
}

bool AnswerItems::arguments(const ToolArgsDelta& delta) {
    if (kind_ == Kind::call && call_.index == delta.index) {
        call_.arguments += delta.json;
        call_.scan.feed(delta.json);
        write_delta(delta.json);
        if (call_.scan.complete()) open_waiting_calls();
        return true;
    }
    const auto waits = std::ranges::find(waiting_, delta.index, &Call::index);
    if (waits == waiting_.end())
        return delta.json == kNoArguments && std::ranges::find(filled_, delta.index) != filled_.end();
    waits->arguments += delta.json;
    waits->scan.feed(delta.json);
    return true;
}

// The last of them stays open: more of it may come.
void AnswerItems::open_waiting_calls() {
    while (!waiting_.empty() && call_.scan.complete()) {
        Call next = std::move(waiting_.front());
        waiting_.erase(waiting_.begin());
        close_item("completed");
        open_call(std::move(next));
    }
}

// Citations belong to the text that is open, or to none.
void AnswerItems::annotation(std::string_view nested) {
    if (part_ != Part::text) return;
    const std::string citation = flat_citation(nested, text_before_);
    if (citation.empty()) return;
    append_item(annotations_, citation);
    const std::int64_t number = annotation_count_++;
    if (events_ == nullptr) return;
    events_->begin("output_text.annotation", "added");
    write_place(true);
    events_->out() += ",\"annotation_index\":";
    ingress::append_index(events_->out(), number);
    events_->out() += ",\"annotation\":" + citation;
    events_->end();
}

// They follow the text that they belong to, and go into its event while that has not been taken away.
void AnswerItems::logprobs(std::string_view json) {
    const std::string_view told = logprob_content(json);
    if (part_ != Part::text || told.empty()) return;
    if (!logprobs_.empty()) logprobs_ += ',';
    const std::size_t begin = logprobs_.size();
    ingress::append_one_line(logprobs_, told);
    if (events_ == nullptr) return;
    const std::string_view items = std::string_view(logprobs_).substr(begin);
    constexpr std::string_view kEnd = "]}\n\n";
    std::string& out = events_->out();
    if (logprobs_slot_ != 0 && out.size() == logprobs_slot_ + kEnd.size()) {
        out.insert(logprobs_slot_, items);
        logprobs_slot_ = 0;
        return;
    }
    events_->begin("output_text", "delta");
    write_place(true);
    out.append(",\"delta\":\"\",\"logprobs\":[").append(items) += ']';
    events_->end();
}

void AnswerItems::native(std::string_view json) {
    close("completed");
    std::string line;
    ingress::append_one_line(line, json);
    put_item(line, true, true);
    append_item(done_, line);
    ++index_;
}

void AnswerItems::close(std::string_view status) {
    if (kind_ != Kind::none) close_item(waiting_.empty() ? status : "completed");
    while (!waiting_.empty()) {
        Call next = std::move(waiting_.front());
        waiting_.erase(waiting_.begin());
        open_call(std::move(next));
        close_item(waiting_.empty() ? status : "completed");
    }
}

// A call without arguments may end before the guard has given it some, when something else follows it.
void AnswerItems::fill_arguments(std::string_view status) {
    if (kind_ != Kind::call || call_.custom || !call_.arguments.empty() || status != "completed") return;
    call_.arguments = kNoArguments;
    write_delta(kNoArguments);
    filled_.push_back(call_.index);
}

void AnswerItems::close_item(std::string_view status) {
    close_part();
    fill_arguments(status);
    if (kind_ == Kind::call && events_ != nullptr) {
        events_->begin(call_.custom ? kCustomInput : kArguments, "done");
        write_place(false);
        std::string& out = events_->out();
        out += ',';
        JsonWriter json(out);
        if (!call_.custom) json.field("name", call_.name);
        json.field(call_.custom ? "input" : "arguments", call_.arguments);
        events_->end();
    }
    const std::string item = item_json(status, true);
    put_item(item, false, true);
    append_item(done_, item);
    ++index_;
    kind_ = Kind::none;
    call_ = {};
}

void AnswerItems::open_part(Part part) {
    part_ = part;
    text_.clear();
    annotations_.clear();
    annotation_count_ = 0;
    logprobs_.clear();
    if (events_ == nullptr) return;
    events_->begin(kWords[static_cast<std::size_t>(part)].frame, "added");
    write_place(true);
    events_->out() += ",\"part\":" + part_json(false);
    events_->end();
}

void AnswerItems::close_part() {
    if (part_ == Part::none) return;
    const Words& words = kWords[static_cast<std::size_t>(part_)];
    const std::string part = part_json(true);
    if (events_ != nullptr) {
        std::string& out = events_->out();
        events_->begin(words.events, "done");
        write_place(true);
        out += ',';
        JsonWriter(out).field(words.member, text_);
        if (part_ == Part::text) out += ",\"logprobs\":[" + logprobs_ + "]";
        events_->end();
        events_->begin(words.frame, "done");
        write_place(true);
        out += ",\"part\":" + part;
        events_->end();
    }
    append_item(parts_, part);
    if (part_ == Part::text) text_before_ += utf16_units(text_);
    part_ = Part::none;
    ++part_index_;
}

void AnswerItems::write_delta(std::string_view piece) {
    if (kind_ != Kind::call) text_ += piece;
    if (events_ == nullptr) return;
    std::string& out = events_->out();
    const std::string_view events = kind_ != Kind::call ? kWords[static_cast<std::size_t>(part_)].events
                                    : call_.custom      ? kCustomInput
                                                        : kArguments;
    events_->begin(events, "delta");
    write_place(kind_ != Kind::call);
    out += ",\"delta\":\"";
    append_json_escaped(out, piece);
    out += '"';
    if (part_ == Part::text) {
        out += kNoLogprobs;
        logprobs_slot_ = out.size() - 1;
    }
    events_->end();
}

void AnswerItems::write_place(bool part) {
    logprobs_slot_ = 0;
    std::string& out = events_->out();
    out.append(",\"item_id\":\"").append(id_).append("\",\"output_index\":");
    ingress::append_index(out, index_);
    if (!part) return;
    out.append(",\"").append(kWords[static_cast<std::size_t>(part_)].position).append("\":");
    ingress::append_index(out, part_index_);
}

std::string AnswerItems::part_json(bool filled) const {
    const Words& words = kWords[static_cast<std::size_t>(part_)];
    std::string part;
    JsonWriter json(part);
    json.begin_object().field("type", words.type);
    json.field(words.member, filled ? std::string_view(text_) : std::string_view());
    if (part_ == Part::text) {
        json.raw_field("annotations", filled ? "[" + annotations_ + "]" : "[]");
        json.raw_field("logprobs", filled ? "[" + logprobs_ + "]" : "[]");
    }
    json.end_object();
    return part;
}

std::string AnswerItems::item_json(std::string_view status, bool filled) const {
    const std::string parts = filled ? "[" + parts_ + "]" : "[]";
    std::string item;
    JsonWriter json(item);
    json.begin_object().field("id", id_);
    if (kind_ == Kind::message) {
        json.field("type", "message").field("status", status).field("role", "assistant").raw_field("content", parts);
    } else if (kind_ == Kind::reasoning) {
        json.field("type", "reasoning").raw_field("summary", verbatim_ ? std::string_view("[]") : parts);
        if (verbatim_) json.raw_field("content", parts);
        if (!sealed_.empty()) json.field("encrypted_content", sealed_);
    } else {
        json.field("type", call_.custom ? "custom_tool_call" : "function_call").field("status", status);
        json.field("call_id", call_.id).field("name", call_.name);
        json.field(call_.custom ? "input" : "arguments", filled ? std::string_view(call_.arguments) : "");
        if (!call_.extension.empty()) {
            std::string line;
            ingress::append_one_line(line, call_.extension);
            json.raw_field("extra_content", line);
        }
    }
    json.end_object();
    return item;
}

void AnswerItems::put_item(const std::string& item, bool added, bool finished) {
    if (events_ == nullptr) return;
    logprobs_slot_ = 0;
    std::string& out = events_->out();
    for (const bool last : {false, true}) {
        if (last ? !finished : !added) continue;
        events_->begin("output_item", last ? "done" : "added");
        out += ",\"output_index\":";
        ingress::append_index(out, index_);
        out += ",\"item\":" + item;
        events_->end();
    }
}

}  // namespace breakwater::openai_responses_client
