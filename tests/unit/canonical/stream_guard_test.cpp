#include "breakwater/canonical/stream_guard.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>

#include "event_log.hpp"

namespace breakwater {
namespace {

using testing::ElementsAre;
using testing::MatchesRegex;

struct Guarded {
    test::EventLog log;
    Rng rng{1};
    StreamGuard guard;

    explicit Guarded(std::initializer_list<StreamEvent> events, StreamGuard::Limits limits = {})
        : guard(log, rng, limits) {
        for (const StreamEvent& event : events) guard.on_event(event);
    }
    [[nodiscard]] const std::vector<std::string>& lines() const { return log.lines; }
};

TextDelta text(std::string_view value, std::uint32_t choice = 0) {
    return {.choice = choice, .text = value};
}
FinishEvent finish(FinishReason reason, std::uint32_t choice = 0, std::string_view native = {}) {
    return {.choice = choice, .reason = reason, .native = native};
}
ToolCallStart call(std::uint32_t index, std::string_view id, std::string_view name) {
    return {.choice = 0, .index = index, .id = id, .name = name};
}
ToolArgsDelta args(std::uint32_t index, std::string_view json) {
    return {.choice = 0, .index = index, .json = json};
}

TEST(StreamGuard, HoldsTheFinishBackAndPutsUsageLast) {
    const Guarded stream({MessageStart{.id = "id", .model = "m"}, text("Hel"), finish(FinishReason::stop, 0, "eos"),
                          UsageEvent{{.input_uncached = 3, .output = 1}}, UsageEvent{{.output = 2}}, StreamEnd{}});
    EXPECT_THAT(stream.lines(), ElementsAre("start \"id\" \"m\"", "text 0 \"Hel\"", "finish 0 stop \"eos\"",
                                            "usage input=3 output=2", "end"));
    EXPECT_TRUE(stream.guard.ended());
    EXPECT_EQ(stream.guard.content_events(), 1u);
}

TEST(StreamGuard, DropsEmptyDeltas) {
    const Guarded stream({text(""), RefusalDelta{0, ""}, ReasoningDelta{0, ""}, AnnotationEvent{0, ""},
                          LogprobsEvent{0, ""}, AudioEvent{0, ""}, args(9, ""), text("x"), StreamEnd{}});
    EXPECT_THAT(stream.lines(), ElementsAre("text 0 \"x\"", "finish 0 stop \"\"", "end"));
}

TEST(StreamGuard, PassesNothingButUsageAfterAFinish) {
    const Guarded stream({text("x"), finish(FinishReason::length), text("late"), ReasoningDelta{0, "late"},
                          call(0, "a", "f"), args(0, "{}"), finish(FinishReason::stop), LogprobsEvent{0, "{}"},
                          UsageEvent{{.output = 1}}, StreamEnd{}, text("later"), StreamEnd{}});
    EXPECT_THAT(stream.lines(), ElementsAre("text 0 \"x\"", "finish 0 length \"\"", "usage output=1", "end"));
}

TEST(StreamGuard, FinishesChoicesInOrderAndEachOnce) {
    const Guarded stream(
        {text("b", 1), text("a"), finish(FinishReason::length, 1), text("c"), finish(FinishReason::stop), StreamEnd{}});
    EXPECT_THAT(stream.lines(), ElementsAre("text 1 \"b\"", "text 0 \"a\"", "text 0 \"c\"", "finish 0 stop \"\"",
                                            "finish 1 length \"\"", "end"));
}

TEST(StreamGuard, GivesAChoiceWithoutFinishTheOneThatFits) {
    const Guarded stream({text("a"), call(5, "x", "f"), args(5, "{}"), text("b", 2), StreamEnd{}});
    EXPECT_THAT(stream.lines(), ElementsAre("text 0 \"a\"", "call 0.0 \"x\" \"f\"", "args 0.0 \"{}\"", "text 2 \"b\"",
                                            "finish 0 tool_calls \"\"", "finish 2 stop \"\"", "end"));
}

TEST(StreamGuard, MakesStopAndToolCallsAgreeWithTheCalls) {
    const Guarded with({call(0, "x", "f"), args(0, "{}"), finish(FinishReason::stop, 0, "stop"), StreamEnd{}});
    EXPECT_EQ(with.lines()[2], "finish 0 tool_calls \"stop\"");
    const Guarded without({text("x"), finish(FinishReason::tool_calls, 0, "tool_calls"), StreamEnd{}});
    EXPECT_EQ(without.lines()[1], "finish 0 stop \"tool_calls\"");
}

TEST(StreamGuard, RenumbersCallsFromZero) {
    const Guarded stream(
        {call(1, "a", "f"), args(1, "{\"x\""), call(7, "b", "g"), args(7, "{}"), args(1, ":1}"), StreamEnd{}});
    EXPECT_THAT(stream.lines(), ElementsAre("call 0.0 \"a\" \"f\"", "args 0.0 \"{\"x\"\"", "call 0.1 \"b\" \"g\"",
                                            "args 0.1 \"{}\"", "args 0.0 \":1}\"", "finish 0 tool_calls \"\"", "end"));
}

TEST(StreamGuard, OpensANewCallForANewIdOnAUsedIndex) {
    const Guarded stream({call(0, "a", "f"), args(0, "{1}"), call(0, "b", "g"), args(0, "{2}"), StreamEnd{}});
    EXPECT_THAT(stream.lines(), ElementsAre("call 0.0 \"a\" \"f\"", "args 0.0 \"{1}\"", "call 0.1 \"b\" \"g\"",
                                            "args 0.1 \"{2}\"", "finish 0 tool_calls \"\"", "end"));
}

TEST(StreamGuard, IgnoresARepeatedHeader) {
    const Guarded stream(
        {call(0, "a", "f"), args(0, "{"), call(0, "a", "f"), call(0, "", ""), args(0, "}"), StreamEnd{}});
    EXPECT_THAT(stream.lines(), ElementsAre("call 0.0 \"a\" \"f\"", "args 0.0 \"{\"", "args 0.0 \"}\"",
                                            "finish 0 tool_calls \"\"", "end"));
}

TEST(StreamGuard, MakesUpMissingAndRepeatedIds) {
    const Guarded stream({call(0, "", "f"), args(0, "{}"), call(1, "0", "f"), args(1, "{}"), call(2, "0", "f"),
                          args(2, "{}"), StreamEnd{}});
    EXPECT_THAT(stream.lines()[0], MatchesRegex("call 0.0 \"call_[0-9A-Za-z]{24}\" \"f\""));
    EXPECT_EQ(stream.lines()[2], "call 0.1 \"0\" \"f\"");
    EXPECT_THAT(stream.lines()[4], MatchesRegex("call 0.2 \"call_[0-9A-Za-z]{24}\" \"f\""));
    EXPECT_NE(stream.lines()[0].substr(9), stream.lines()[4].substr(9));
}

TEST(StreamGuard, GivesCallsWithoutArgumentsAnEmptyObject) {
    const Guarded stream({call(0, "a", "f"), call(1, "b", "g"), finish(FinishReason::tool_calls), StreamEnd{}});
    EXPECT_THAT(stream.lines(), ElementsAre("call 0.0 \"a\" \"f\"", "args 0.0 \"{}\"", "call 0.1 \"b\" \"g\"",
                                            "args 0.1 \"{}\"", "finish 0 tool_calls \"\"", "end"));
}

TEST(StreamGuard, LeavesCustomAndCutOffCallsEmpty) {
    ToolCallStart custom = call(0, "a", "f");
    custom.custom = true;
    const Guarded free_text({custom, StreamEnd{}});
    EXPECT_THAT(free_text.lines(), ElementsAre("call 0.0 \"a\" \"f\" custom", "finish 0 tool_calls \"\"", "end"));
    const Guarded cut({call(0, "a", "f"), finish(FinishReason::length), StreamEnd{}});
    EXPECT_THAT(cut.lines(), ElementsAre("call 0.0 \"a\" \"f\"", "finish 0 length \"\"", "end"));
}

TEST(StreamGuard, FaultsOnArgumentsThatBelongToNoOpenCall) {
    const Guarded unopened({text("x"), args(0, "{}"), text("y")});
    EXPECT_THAT(unopened.lines(), ElementsAre("text 0 \"x\"", "fault upstream_invalid"));
    const Guarded after_empty({call(0, "a", "f"), call(1, "b", "g"), args(0, "{1}")});
    EXPECT_EQ(after_empty.lines().back(), "fault upstream_invalid");
}

TEST(StreamGuard, FaultsOnACallWithoutAName) {
    const Guarded stream({call(0, "a", ""), text("x")});
    EXPECT_THAT(stream.lines(), ElementsAre("fault upstream_invalid"));
}

TEST(StreamGuard, FaultsOnAnEmptyAnswer) {
    const Guarded silent({MessageStart{.id = "i"}, text(""), UsageEvent{{.output = 0}}, StreamEnd{}});
    EXPECT_THAT(silent.lines(), ElementsAre("start \"i\" \"\"", "fault upstream_invalid"));
    EXPECT_FALSE(silent.guard.content_seen());
    const Guarded finished({finish(FinishReason::content_filter), StreamEnd{}});
    EXPECT_THAT(finished.lines(), ElementsAre("finish 0 content_filter \"\"", "end"));
}

TEST(StreamGuard, PassesOnlyTheFirstFault) {
    const Guarded stream({text("x"), finish(FinishReason::stop), StreamFault{Error(ErrorKind::upstream_stalled, "s")},
                          StreamFault{Error(ErrorKind::internal, "i")}, StreamEnd{}, text("y")});
    EXPECT_THAT(stream.lines(), ElementsAre("text 0 \"x\"", "fault upstream_stalled"));
    EXPECT_TRUE(stream.guard.ended());
}

TEST(StreamGuard, BoundsChoicesAndCalls) {
    const Guarded choices({text("x", 4'000'000'000u)});
    EXPECT_THAT(choices.lines(), ElementsAre("fault upstream_invalid"));
    const Guarded calls({call(0, "a", "f"), call(1, "b", "f"), call(2, "c", "f")},
                        {.choices = 1, .tool_calls_per_choice = 2});
    EXPECT_EQ(calls.lines().back(), "fault upstream_invalid");
}

TEST(StreamGuard, CountsOnlyContentAsContent) {
    Guarded stream(
        {MessageStart{.id = "i"}, LogprobsEvent{0, "{}"}, AnnotationEvent{0, "{}"}, ReasoningEnd{0, "sig", ""}});
    EXPECT_FALSE(stream.guard.content_seen());
    stream.guard.on_event(ReasoningEnd{0, "", "opaque"});
    EXPECT_TRUE(stream.guard.content_seen());
    stream.guard.on_event(call(0, "a", "f"));
    stream.guard.on_event(args(0, "{}"));
    stream.guard.on_event(AudioEvent{0, "{}"});
    EXPECT_EQ(stream.guard.content_events(), 4u);
}

TEST(StreamGuard, NormalisesUsage) {
    const Guarded stream({text("x"), UsageEvent{{.output = 5, .reasoning = 9}}, StreamEnd{}});
    EXPECT_EQ(stream.lines()[2], "usage output=5 reasoning=5");
}

TEST(StreamGuard, KeepsCountOfWhatNobodyKnows) {
    Guarded stream({text("x"), finish(FinishReason::stop), StreamEnd{}});
    stream.guard.on_unknown(Unknown::content);
    stream.guard.on_unknown(Unknown::content);
    EXPECT_EQ(stream.guard.unknown().of(Unknown::content), 2u);
    EXPECT_EQ(stream.guard.unknown().of(Unknown::event), 0u);
    EXPECT_THAT(stream.lines(), ElementsAre("text 0 \"x\"", "finish 0 stop \"\"", "end"));
}

}  // namespace
}  // namespace breakwater
