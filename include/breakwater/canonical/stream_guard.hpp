#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "breakwater/base/boxed.hpp"
#include "breakwater/base/random.hpp"
#include "breakwater/canonical/stream_event.hpp"

namespace breakwater {

/// Enforces the stream grammar (contract C2, C3) between any provider decoder and any client encoder, so that neither
/// has to trust the other. What it makes sure of, whatever the provider sent:
///
/// - Empty deltas are dropped; nothing but usage passes after a choice has finished; nothing passes after the end.
/// - Tool calls are renumbered 0, 1, 2 ... per choice in order of appearance. A new id on a used index opens a new
///   call, a repeated header does not. A missing id, or one that another call of the choice has, becomes `call_` and
///   24 characters. A call with no argument text gets `{}` before the next event that closes it: the next call, or the
///   finish. Custom calls do not, nor does the last one of a choice that ended with `length` or `content_filter`: it
///   was cut off. A call without a name is a fault, and so are arguments for a call that was never opened or that had
///   been given `{}`.
/// - Exactly one finish per choice, the first, held back until the end so that late deltas cannot follow it. `stop`
///   with tool calls becomes `tool_calls`, and `tool_calls` without any becomes `stop`; a choice with content and no
///   finish at StreamEnd gets the one of the two that fits.
/// - Results of other operations pass as they are: their decoders know how many there must be.
/// - Usage at most once, after the last finish.
/// - StreamEnd without any content or finish is a fault (an empty answer is not an answer), and so is every
///   StreamFault. Exactly one StreamEnd or StreamFault comes last.
///
/// Sans-IO; one per attempt; the sink must outlive it.
class StreamGuard final : public EventSink {
public:
    struct Limits {
        std::uint32_t choices = 128;
        std::uint32_t tool_calls_per_choice = 128;
    };

    StreamGuard(EventSink& sink, Rng& rng) : sink_(sink), rng_(rng) {}
    StreamGuard(EventSink& sink, Rng& rng, Limits limits) : sink_(sink), rng_(rng), limits_(limits) {}

    void on_event(const StreamEvent& event) override;
    bool on_native(const NativePart& part) override;
    void on_unknown(Unknown what) override { unknown_.add(what); }

    /// A content event has been passed on.
    [[nodiscard]] bool content_seen() const noexcept { return content_seen_; }
    /// StreamEnd or StreamFault has been passed on.
    [[nodiscard]] bool ended() const noexcept { return ended_; }
    /// Content events passed on so far; the exchange compares it around a read to reset the gap timer (C6).
    [[nodiscard]] std::uint64_t content_events() const noexcept { return content_events_; }
    /// What the provider has counted so far; null while it has not.
    [[nodiscard]] const Usage* usage() const noexcept { return usage_ ? &*usage_ : nullptr; }
    /// What the decoder did not know so far.
    [[nodiscard]] const UnknownCounts& unknown() const noexcept { return unknown_; }

private:
    struct Dispatch;
    struct ToolCall {
        std::uint32_t upstream_index = 0;
        std::string upstream_id{};
        std::string id{};  ///< what the client sees
        bool has_arguments = false;
        bool filled = false;  ///< the guard wrote `{}`; arguments that come later would contradict it
        bool custom = false;
    };
    struct Choice {
        std::vector<ToolCall> calls{};
        bool seen = false;
        std::optional<FinishReason> finish{};  ///< recorded; the choice is closed
        std::string native{};
        std::string stop_sequence{};
    };
    /// The choice, marked as seen; null when it has finished, or after a fault because the index is out of bounds.
    Choice* open_choice(std::uint32_t index);
    static ToolCall* find_call(Choice& choice, std::uint32_t upstream_index) noexcept;
    std::string unique_id(const Choice& choice, std::string_view upstream_id);
    void relay(const StreamEvent& event, std::uint32_t choice_index, bool empty);
    void tool_start(const ToolCallStart& start);
    void tool_args(const ToolArgsDelta& delta);
    void close_last_call(std::uint32_t choice_index, Choice& choice);
    void merge(const Usage& usage);
    void finish(const FinishEvent& event);
    void end();
    void pass_finish(std::uint32_t index, const Choice& choice);
    void fault(Error error);
    void pass(const StreamEvent& event);

    EventSink& sink_;
    Rng& rng_;
    Limits limits_{};
    std::vector<Choice> choices_;
    Boxed<Usage> usage_{};  // comes at the end, when it comes
    bool content_seen_ = false;
    bool ended_ = false;
    std::uint64_t content_events_ = 0;
    UnknownCounts unknown_;
};

}  // namespace breakwater
