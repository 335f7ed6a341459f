#include "breakwater/canonical/stream_guard.hpp"

#include <algorithm>

namespace breakwater {
namespace {

bool has_counts(const Usage& usage) noexcept {
    return usage != Usage{.estimated = usage.estimated};
}

/// A call that was cut off before its first argument must not look like one that takes none.
bool is_cut(std::optional<FinishReason> finish) noexcept {
    return finish == FinishReason::length || finish == FinishReason::content_filter;
}

Error invalid(std::string message) {
    return {ErrorKind::upstream_invalid, std::move(message)};
}

}  // namespace

struct StreamGuard::Dispatch {
    StreamGuard& guard;
    const StreamEvent& event;

    void operator()(const MessageStart&) const { guard.pass(event); }
    void operator()(const TextDelta& delta) const { guard.relay(event, delta.choice, delta.text.empty()); }
    void operator()(const RefusalDelta& delta) const { guard.relay(event, delta.choice, delta.text.empty()); }
    void operator()(const ReasoningDelta& delta) const { guard.relay(event, delta.choice, delta.text.empty()); }
    void operator()(const ReasoningEnd& end) const { guard.relay(event, end.choice, false); }
    void operator()(const ToolCallStart& start) const { guard.tool_start(start); }
    void operator()(const ToolArgsDelta& delta) const { guard.tool_args(delta); }
    void operator()(const AnnotationEvent& item) const { guard.relay(event, item.choice, item.json.empty()); }
    void operator()(const LogprobsEvent& item) const { guard.relay(event, item.choice, item.json.empty()); }
    void operator()(const AudioEvent& item) const { guard.relay(event, item.choice, item.json.empty()); }
    void operator()(const NativeItem& item) const { guard.relay(event, 0, item.json.empty()); }
    template <OperationEvent Event>
    void operator()(const Event&) const {
        guard.pass(event);
    }
    void operator()(const BytesEvent& piece) const {
        if (!piece.bytes.empty()) guard.pass(event);
    }
    void operator()(const UsageEvent& item) const { guard.merge(item.usage); }
    void operator()(const FinishEvent& finish) const { guard.finish(finish); }
    void operator()(const StreamEnd&) const { guard.end(); }
    void operator()(const StreamFault& broken) const { guard.fault(broken.error); }
};

void StreamGuard::on_event(const StreamEvent& event) {
    if (!ended_) std::visit(Dispatch{*this, event}, event);
}

// What a client is given commits its request, whatever it is.
bool StreamGuard::on_native(const NativePart& part) {
    if (ended_ || open_choice(0) == nullptr || !sink_.on_native(part)) return false;
    content_seen_ = true;
    ++content_events_;
    return true;
}

StreamGuard::Choice* StreamGuard::open_choice(std::uint32_t index) {
    if (index >= limits_.choices) {
        fault(invalid("the provider sent more choices than the gateway allows"));
        return nullptr;
    }
    if (choices_.size() <= index) choices_.resize(std::size_t{index} + 1);
    Choice& choice = choices_[index];
    if (choice.finish) return nullptr;
    choice.seen = true;
    return &choice;
}

void StreamGuard::relay(const StreamEvent& event, std::uint32_t choice_index, bool empty) {
    if (!empty && open_choice(choice_index) != nullptr) pass(event);
}

void StreamGuard::tool_start(const ToolCallStart& start) {
    Choice* choice = open_choice(start.choice);
    if (choice == nullptr) return;
    const ToolCall* known = find_call(*choice, start.index);
    // Some providers repeat a call's header on every delta, with its id or without.
    if (known != nullptr && (start.id.empty() || start.id == known->upstream_id)) return;
    if (start.name.empty()) return fault(invalid("the provider opened a tool call without a name"));
    if (choice->calls.size() >= limits_.tool_calls_per_choice) {
        return fault(invalid("the provider sent more tool calls than the gateway allows"));
    }
    close_last_call(start.choice, *choice);
    choice->calls.push_back({.upstream_index = start.index,
                             .upstream_id = std::string(start.id),
                             .id = unique_id(*choice, start.id),
                             .custom = start.custom});
    ToolCallStart renumbered = start;
    renumbered.index = static_cast<std::uint32_t>(choice->calls.size() - 1);
    renumbered.id = choice->calls.back().id;
    pass(renumbered);
}

void StreamGuard::tool_args(const ToolArgsDelta& delta) {
    if (delta.json.empty()) return;
    Choice* choice = open_choice(delta.choice);
    if (choice == nullptr) return;
    ToolCall* call = find_call(*choice, delta.index);
    if (call == nullptr) return fault(invalid("the provider sent arguments for a tool call that it had not opened"));
    if (call->filled) return fault(invalid("the provider sent arguments for a tool call that had ended"));
    call->has_arguments = true;
    ToolArgsDelta renumbered = delta;
    renumbered.index = static_cast<std::uint32_t>(call - choice->calls.data());
    pass(renumbered);
}

StreamGuard::ToolCall* StreamGuard::find_call(Choice& choice, std::uint32_t upstream_index) noexcept {
    // The latest one: an index that came with a second id belongs to the second call from then on.
    const auto found = std::find_if(choice.calls.rbegin(), choice.calls.rend(),
                                    [&](const ToolCall& call) { return call.upstream_index == upstream_index; });
    return found == choice.calls.rend() ? nullptr : &*found;
}

std::string StreamGuard::unique_id(const Choice& choice, std::string_view upstream_id) {
    const auto taken = [&](const ToolCall& call) { return call.id == upstream_id; };
    // Some servers give every call of an answer the same id, and clients match results by it.
    if (!upstream_id.empty() && std::ranges::none_of(choice.calls, taken)) return std::string(upstream_id);
    return "call_" + rng_.base62(24);
}

void StreamGuard::close_last_call(std::uint32_t choice_index, Choice& choice) {
    if (choice.calls.empty()) return;
    ToolCall& call = choice.calls.back();
    if (call.has_arguments || call.custom) return;
    call.filled = true;
    const auto index = static_cast<std::uint32_t>(choice.calls.size() - 1);
    pass(ToolArgsDelta{.choice = choice_index, .index = index, .json = "{}"});
}

void StreamGuard::merge(const Usage& usage) {
    if (!usage_) usage_.emplace();
    usage_->merge(usage);
}

void StreamGuard::finish(const FinishEvent& event) {
    Choice* choice = open_choice(event.choice);
    if (choice == nullptr) return;
    choice->finish = event.reason;
    choice->native = event.native;
    choice->stop_sequence = event.stop_sequence;
}

void StreamGuard::end() {
    const bool finished = std::ranges::any_of(choices_, [](const Choice& choice) { return choice.finish.has_value(); });
    if (!content_seen_ && !finished) return fault(invalid("the provider ended its answer before any content"));
    // All choices are completed before any is finished: encoders may close the message at the first finish.
    for (std::uint32_t i = 0; i < choices_.size(); ++i) {
        if (!is_cut(choices_[i].finish)) close_last_call(i, choices_[i]);
    }
    for (std::uint32_t i = 0; i < choices_.size(); ++i) {
        if (choices_[i].seen) pass_finish(i, choices_[i]);
    }
    if (usage_) {
        usage_->normalise();
        if (has_counts(*usage_)) pass(UsageEvent{*usage_});
    }
    ended_ = true;
    pass(StreamEnd{});
}

void StreamGuard::pass_finish(std::uint32_t index, const Choice& choice) {
    FinishReason reason = choice.finish.value_or(FinishReason::stop);
    if (!is_cut(choice.finish)) reason = choice.calls.empty() ? FinishReason::stop : FinishReason::tool_calls;
    pass(
        FinishEvent{.choice = index, .reason = reason, .native = choice.native, .stop_sequence = choice.stop_sequence});
}

void StreamGuard::fault(Error error) {
    ended_ = true;
    pass(StreamFault{std::move(error)});
}

void StreamGuard::pass(const StreamEvent& event) {
    if (is_content(event)) {
        content_seen_ = true;
        ++content_events_;
    }
    sink_.on_event(event);
}

}  // namespace breakwater
