#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "breakwater/canonical/stream_event.hpp"
#include "breakwater/ingress/ingress.hpp"
#include "repeat_filter.hpp"
#include "sent_answer.hpp"

namespace breakwater {

/// Makes one answer for the client of what several attempts give: sits between the guards of the attempts, one after
/// the other, and the client's one encoder. It remembers what it hands on; of an attempt that gives the answer once
/// more it drops what the client has, for as long as the two agree, and hands on the rest; of one that goes on with it,
/// what it repeats of it. What the client sees has
/// thereby one identity, numbers of tool calls that go on, and one finish. Only on routes whose `after_commit` asks for
/// it. One per answer; the encoder outlives it.
class AnswerJoin final : public EventSink {
public:
    explicit AnswerJoin(ResponseEncoder& encoder) noexcept : encoder_(encoder) {}

    /// From one attempt at a time, behind its guard. What follows a divergence is dropped.
    void on_event(const StreamEvent& event) override;
    /// What the client has of it cannot be told again, so an answer that holds some is not completed.
    bool on_native(const NativePart& part) override;

    /// The next attempt gives the answer from its beginning.
    void begin_restart(const Recovered& by);
    /// The next attempt goes on from the text that the client has, which is all that it has.
    void begin_continuation(const Recovered& by);
    /// The running attempt says something else than the client has already, or less: nothing of it can be used.
    [[nodiscard]] bool diverged() const noexcept { return diverged_; }
    /// What an attempt that broke off, or diverged, has cost. The usage that the client is told is the sum.
    void add_spent(const Usage& usage);
    /// The sum of what all attempts are known to have cost; null while nothing is.
    [[nodiscard]] const Usage* usage() const noexcept { return spent_ ? &*spent_ : nullptr; }

    [[nodiscard]] const SentAnswer& sent() const noexcept { return sent_; }
    /// Content events handed on, of all attempts.
    [[nodiscard]] std::uint64_t passed() const noexcept { return passed_; }
    /// Bytes of content of the running attempt, with those that were dropped.
    [[nodiscard]] std::size_t received() const noexcept { return received_; }

private:
    struct Take;
    /// How much of a choice the running attempt has repeated.
    struct Repeated {
        std::vector<std::size_t> bytes{};  ///< by piece, of those that it has begun
        bool all = false;                  ///< what it says from here on is new
    };
    using Kind = SentAnswer::Kind;

    template <class Delta>
    void take_text(Kind kind, Delta delta);
    void take_call(const ToolCallStart& start);
    void take_arguments(ToolArgsDelta delta);
    void take_reasoning_end(const ReasoningEnd& end);
    void take_opaque(const StreamEvent& event);
    void take_logprobs(const LogprobsEvent& event);
    void take_finish(const FinishEvent& event);
    void take_usage(UsageEvent event);
    void begin(const Recovered& by);
    bool release_held();
    std::string_view new_part(std::uint32_t choice, Kind kind, std::string_view text);
    bool match(std::uint32_t choice, std::size_t piece, std::string_view& text);
    Repeated& repeated(std::uint32_t choice);
    [[nodiscard]] bool is_new(std::uint32_t choice);
    void note_whether_all(std::uint32_t choice);
    void pass(const StreamEvent& event);

    ResponseEncoder& encoder_;
    SentAnswer sent_;
    std::vector<Repeated> repeated_;        ///< by choice, while comparing
    std::optional<RepeatFilter> filter_{};  ///< while an attempt goes on with a text
    std::optional<Recovered> unsaid_{};     ///< said to the encoder before what is new
    std::optional<Usage> spent_{};
    std::uint64_t passed_ = 0;
    std::size_t received_ = 0;
    bool comparing_ = false;
    bool diverged_ = false;
};

/// Why an attempt of this provider ends that was to complete an answer: it says something else.
[[nodiscard]] Error diverged_from_sent(const std::string& provider);

/// What an attempt hands back when its answer broke off, for the next one to go on with.
struct UnfinishedAnswer {
    std::unique_ptr<ResponseEncoder> encoder{};
    std::unique_ptr<AnswerJoin> join{};
};

}  // namespace breakwater
