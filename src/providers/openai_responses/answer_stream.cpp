#include "answer_stream.hpp"

#include <algorithm>

#include "../shared/logprob_list.hpp"
#include "../shared/unknown_fields.hpp"
#include "known.hpp"
#include "seal.hpp"
#include "usage.hpp"

namespace breakwater::openai_responses {
namespace {

using Element = JsonReader::Element;

// Items come one after the other, but for some relays.
constexpr std::size_t kOpenItemsMax = 256;

constexpr std::string_view kMessage = "message";
constexpr std::string_view kReasoning = "reasoning";

bool is_call(std::string_view type) noexcept {
    return type == "function_call" || type == "custom_tool_call";
}

/// What belongs to the answer itself; anything else is a tool that the vendor runs, of which only its words are told.
bool is_answer(std::string_view type) noexcept {
    return type == kMessage || type == kReasoning || is_call(type);
}

std::string_view type_of(Element object) noexcept {
    return get_string(object, "type").value_or("");
}

std::int64_t index_of(Element event, std::string_view name) noexcept {
    return get_int(event, name).value_or(0);
}

/// Events that bring a piece of the answer. What they bring is repeated in their `.done` events, and in the item's own.
bool is_content(std::string_view type) noexcept {
    static constexpr std::string_view kTypes[] = {"response.output_text.delta",
                                                  "response.function_call_arguments.delta",
                                                  "response.custom_tool_call_input.delta",
                                                  "response.reasoning_summary_text.delta",
                                                  "response.reasoning_text.delta",
                                                  "response.refusal.delta",
                                                  "response.output_text.annotation.added"};
    return std::ranges::find(kTypes, type) != std::end(kTypes);
}

/// Calls `visit(text, part)` for each part of a reasoning item's member.
template <class Visit>
void each_text(Element item, std::string_view member, Visit visit) {
    const auto parts = get_array(item, member);
    if (!parts) return;
    std::int64_t part = 0;
    for (const Element piece : *parts) visit(get_string(piece, "text").value_or(""), part++);
}

/// What is left of a text of which so many bytes have been told.
std::string_view untold(std::string_view whole, std::size_t told) noexcept {
    if (told >= whole.size()) return {};
    const std::string_view rest = whole.substr(told);
    const bool splits_character = (static_cast<unsigned char>(rest.front()) & 0xC0U) == 0x80U;
    return splits_character ? std::string_view() : rest;
}

Result<void> too_many_items() {
    return fail(ErrorKind::upstream_invalid, "The provider's answer has too many open items.");
}

/// The words of a finish, for a response that is not cut short.
FinishReason reason_of(std::string_view status, std::string_view detail, bool calls) noexcept {
    if (detail == "content_filter") return FinishReason::content_filter;
    if (status == "incomplete") return FinishReason::length;
    return calls ? FinishReason::tool_calls : FinishReason::stop;
}

}  // namespace

Result<void> AnswerStream::on_event(std::string_view type, Element event, EventSink& sink) {
    if (ended_) return {};
    if (type == "response.created" || type == "response.in_progress" || type == "response.queued") {
        if (const auto response = get_object(event, "response")) start(*response, false, sink);
        return {};
    }
    if (type == "response.completed" || type == "response.incomplete") {
        report_unknown_fields(event, event_members(), sink);
        if (const auto response = get_object(event, "response")) on_response(*response, sink);
        return {};
    }
    const std::int64_t index = index_of(event, "output_index");
    if (type == "response.output_item.added" || type == "response.output_item.done") {
        const auto element = get_object(event, "item");
        if (!element) return {};
        report_unknown_fields(event, event_members(), sink);
        const bool taken = type.ends_with("added") ? added(index, *element, sink) : done(index, *element, sink);
        return taken ? Result<void>() : too_many_items();
    }
    if (is_content(type)) {
        report_unknown_fields(event, event_members(), sink);
        return delta(type, event, index, sink);
    }
    if (!is_known_event(type)) sink.on_unknown(Unknown::event);
    return {};
}

void AnswerStream::on_response(Element response, EventSink& sink) {
    if (ended_) return;
    report_unknown_fields(response, response_members(), sink);
    start(response, true, sink);
    // A stream has brought the items already, but what it left open; a whole answer has brought nothing.
    if (const auto output = get_array(response, "output")) {
        const bool streamed = any_item_;
        std::int64_t index = 0;
        for (const Element element : *output) {
            if (!streamed || find(index) != nullptr) done(index, element, sink);
            ++index;
        }
    }
    end_thought(true, sink);
    finish(response, sink);
}

AnswerStream::Item* AnswerStream::find(std::int64_t index) noexcept {
    const auto found = std::ranges::find(items_, index, &Item::index);
    return found == items_.end() ? nullptr : &*found;
}

// A tool of the vendor's that stands between a thought and the rest is not given back, and the thought would be refused
// without it: it loses its seal.
AnswerStream::Item* AnswerStream::open(std::int64_t index, std::string_view type, EventSink& sink) {
    if (items_.size() == kOpenItemsMax) return nullptr;
    any_item_ = true;
    end_thought(shape_.native_items || is_answer(type), sink);
    items_.push_back({.index = index});
    return &items_.back();
}

void AnswerStream::close(std::int64_t index) {
    std::erase_if(items_, [index](const Item& one) { return one.index == index; });
}

// Some relays number all items alike: the one before has ended then.
bool AnswerStream::added(std::int64_t index, Element element, EventSink& sink) {
    close(index);
    Item* item = open(index, type_of(element), sink);
    if (item == nullptr) return false;
    // Calls are told one after the other: one that begins within another waits until it is done.
    const bool within_call = std::ranges::any_of(items_, &Item::is_call);
    if (is_call(type_of(element)) && !within_call) start_call(element, *item, sink);
    return true;
}

Result<void> AnswerStream::delta(std::string_view type, Element event, std::int64_t index, EventSink& sink) {
    Item* found = find(index);
    if (found == nullptr && index <= last_done_) return {};  // late, and told already
    if (found == nullptr) found = open(index, kMessage, sink);
    if (found == nullptr) return too_many_items();
    Item& item = *found;
    const std::string_view piece = get_string(event, "delta").value_or("");
    const std::int64_t part = index_of(event, "content_index");
    if (type == "response.output_text.delta") {
        text(piece, part, item, sink);
        logprobs(event, sink);
    } else if (type == "response.function_call_arguments.delta" || type == "response.custom_tool_call_input.delta") {
        arguments(piece, item, sink);
    } else if (type == "response.reasoning_summary_text.delta") {
        summary(piece, index_of(event, "summary_index"), item, sink);
    } else if (type == "response.reasoning_text.delta") {
        thought(piece, part, item, sink);
    } else if (type == "response.refusal.delta") {
        refusal(piece, part, item, sink);
    } else if (const auto annotation = get_object(event, "annotation")) {
        item.cited = true;
        citations_.cite(*annotation, sink);
    }
    return {};
}

bool AnswerStream::done(std::int64_t index, Element element, EventSink& sink) {
    const std::string_view type = type_of(element);
    Item* item = find(index);
    if (item == nullptr) item = open(index, type, sink);
    if (item == nullptr) return false;
    if (is_answer(type)) report_unknown_fields(element, item_members(), sink);
    if (type == kMessage) {
        message_item(element, *item, sink);
    } else if (is_call(type)) {
        call_item(element, *item, sink);
    } else if (type == kReasoning) {
        reasoning_item(element, *item, sink);
    } else {
        if (!is_known_item(type)) sink.on_unknown(Unknown::content);
        if (shape_.native_items && !type.empty()) sink.on_event(NativeItem{.json = to_json(element)});
    }
    close(index);
    last_done_ = std::max(last_done_, index);
    return true;
}

// The tier is known at the end only: before, it is the one that was asked for.
void AnswerStream::start(Element response, bool complete, EventSink& sink) {
    sink.on_event(MessageStart{.id = get_string(response, "id").value_or(""),
                               .model = get_string(response, "model").value_or(""),
                               .created = get_int(response, "created_at").value_or(0),
                               .service_tier = complete ? get_string(response, "service_tier").value_or("") : ""});
}

void AnswerStream::start_call(Element element, Item& item, EventSink& sink) {
    if (item.is_call) return;
    item.is_call = true;
    item.call = calls_++;
    const std::string_view id = get_string(element, "call_id").value_or(get_string(element, "id").value_or(""));
    const bool custom = type_of(element) == "custom_tool_call";
    const std::string_view name = shape_.names.original(get_string(element, "name").value_or(""));
    sink.on_event(ToolCallStart{.index = item.call, .id = id, .name = name, .custom = custom});
}

// Of what the stream has brought only the rest is told.
void AnswerStream::message_item(Element element, Item& item, EventSink& sink) {
    const auto content = get_array(element, "content");
    if (!content) return;
    const std::int64_t last = item.part;
    const bool cited = item.cited;
    std::int64_t part = 0;
    for (const Element piece : *content) {
        if (part >= last) message_part(piece, part, item, sink);
        const auto annotations = cited ? std::nullopt : get_array(piece, "annotations");
        if (annotations) {
            for (const Element annotation : *annotations) citations_.cite(annotation, sink);
        }
        ++part;
    }
}

void AnswerStream::message_part(Element piece, std::int64_t part, Item& item, EventSink& sink) {
    const std::size_t told = part == item.part ? item.told : 0;
    if (type_of(piece) == "output_text") {
        report_unknown_fields(piece, part_members(), sink);
        text(untold(get_string(piece, "text").value_or(""), told), part, item, sink);
        if (told == 0) logprobs(piece, sink);
    } else if (type_of(piece) == "refusal") {
        report_unknown_fields(piece, part_members(), sink);
        refusal(untold(get_string(piece, "refusal").value_or(""), told), part, item, sink);
    } else {
        sink.on_unknown(Unknown::content);
    }
}

void AnswerStream::call_item(Element element, Item& item, EventSink& sink) {
    start_call(element, item, sink);
    const std::string_view whole = get_string(element, "arguments").value_or(get_string(element, "input").value_or(""));
    arguments(untold(whole, item.told), item, sink);
}

void AnswerStream::reasoning_item(Element element, Item& item, EventSink& sink) {
    if (!item.summary && !item.thoughts) {
        each_text(element, "content",
                  [&](std::string_view text, std::int64_t part) { thought(text, part, item, sink); });
        each_text(element, "summary",
                  [&](std::string_view text, std::int64_t part) { summary(text, part, item, sink); });
    }
    const Seal seal{.id = get_string(element, "id").value_or(""),
                    .encrypted = get_string(element, "encrypted_content").value_or("")};
    // A summary alone is not what the model thought, and cannot be given back.
    seal_ = seal.encrypted.empty() && !item.thoughts ? std::string() : pack_seal(shape_.provider, seal);
    thinking_ = thinking_ || !seal_.empty();
}

void AnswerStream::text(std::string_view text, std::int64_t part, Item& item, EventSink& sink) {
    if (text.empty()) return;
    say(text, part, item);
    citations_.add_text(text);
    sink.on_event(TextDelta{.text = text});
}

void AnswerStream::refusal(std::string_view text, std::int64_t part, Item& item, EventSink& sink) {
    if (text.empty()) return;
    say(text, part, item);
    sink.on_event(RefusalDelta{.text = text});
}

void AnswerStream::say(std::string_view text, std::int64_t part, Item& item) {
    if (item.part != part) {
        citations_.begin_part();
        item.told = 0;
    }
    item.part = part;
    item.told += text.size();
}

// A call whose beginning did not come has no name yet: it is told when the item is done.
void AnswerStream::arguments(std::string_view text, Item& item, EventSink& sink) {
    if (text.empty() || !item.is_call) return;
    item.told += text.size();
    sink.on_event(ToolArgsDelta{.index = item.call, .json = text});
}

void AnswerStream::summary(std::string_view text, std::int64_t part, Item& item, EventSink& sink) {
    if (text.empty() || item.thoughts) return;
    item.summary = true;
    think(text, part, item, sink);
}

void AnswerStream::thought(std::string_view text, std::int64_t part, Item& item, EventSink& sink) {
    if (text.empty() || item.summary) return;
    item.thoughts = true;
    think(text, part, item, sink);
}

// Parts are paragraphs, each with a heading, and would run into each other.
void AnswerStream::think(std::string_view text, std::int64_t part, Item& item, EventSink& sink) {
    if (item.part >= 0 && item.part != part) sink.on_event(ReasoningDelta{.text = "\n\n", .verbatim = item.thoughts});
    item.part = part;
    thinking_ = true;
    sink.on_event(ReasoningDelta{.text = text, .verbatim = item.thoughts});
}

void AnswerStream::logprobs(Element holder, EventSink& sink) {
    if (write_logprob_list(scratch_, holder["logprobs"])) sink.on_event(LogprobsEvent{.json = scratch_});
}

void AnswerStream::end_thought(bool sealed, EventSink& sink) {
    if (!thinking_) return;
    thinking_ = false;
    if (!sealed) seal_.clear();
    sink.on_event(ReasoningEnd{.signature = seal_});
    seal_.clear();
}

void AnswerStream::finish(Element response, EventSink& sink) {
    if (const auto usage = get_object(response, "usage")) {
        report_unknown_fields(*usage, usage_members(), sink);
        if (const Usage counts = read_usage(*usage); counts != Usage{}) sink.on_event(UsageEvent{counts});
    }
    const std::string_view said = read_finish_word(response, "status", sink);
    const std::string_view status = said.empty() ? "completed" : said;
    const auto details = get_object(response, "incomplete_details");
    const std::string_view detail = details ? read_finish_word(*details, "reason", sink) : "";
    const std::string_view native = detail.empty() ? status : detail;
    if (!is_known_end(native)) sink.on_unknown(Unknown::finish_reason);
    sink.on_event(FinishEvent{.reason = reason_of(status, detail, calls_ > 0), .native = native});
    sink.on_event(StreamEnd{});
    ended_ = true;
}

}  // namespace breakwater::openai_responses
