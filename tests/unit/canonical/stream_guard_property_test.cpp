#include <gtest/gtest.h>

#include <array>
#include <string>

#include "breakwater/canonical/chat_response.hpp"
#include "breakwater/canonical/stream_guard.hpp"
#include "event_grammar.hpp"
#include "event_log.hpp"

namespace breakwater {
namespace {

constexpr std::array<std::string_view, 3> kTexts{"", "a", "bc"};
constexpr std::array<std::string_view, 4> kIds{"", "0", "x", "y"};
constexpr std::array<std::string_view, 6> kNames{"f", "f", "f", "f", "f", ""};

template <std::size_t N>
std::string_view pick(const std::array<std::string_view, N>& values, Rng& rng) {
    return values.at(rng.below(N));
}

std::uint32_t small(Rng& rng) {
    return static_cast<std::uint32_t>(rng.below(3));
}

/// Any event that a decoder could produce, however senseless at its place.
StreamEvent random_event(Rng& rng) {
    const std::uint32_t choice = small(rng);
    switch (rng.below(14)) {
        case 0:
            return MessageStart{.id = pick(kTexts, rng)};
        case 1:
            return RefusalDelta{choice, pick(kTexts, rng)};
        case 2:
            return ReasoningDelta{choice, pick(kTexts, rng)};
        case 3:
            return ReasoningEnd{choice, pick(kTexts, rng), pick(kTexts, rng)};
        case 4:
        case 5:
            return ToolCallStart{.choice = choice,
                                 .index = small(rng),
                                 .id = pick(kIds, rng),
                                 .name = pick(kNames, rng),
                                 .custom = rng.below(8) == 0};
        case 6:
        case 7:
            return ToolArgsDelta{choice, small(rng), pick(kTexts, rng)};
        case 8:
            return AnnotationEvent{choice, pick(kTexts, rng)};
        case 9:
            return LogprobsEvent{choice, pick(kTexts, rng)};
        case 10:
            return UsageEvent{{.output = static_cast<std::int64_t>(rng.below(9)) - 2, .reasoning = 4}};
        case 11:
            if (rng.below(3) > 0) break;
            return FinishEvent{.choice = choice, .reason = static_cast<FinishReason>(rng.below(4))};
        case 12:
            if (rng.below(6) > 0) break;
            return StreamEnd{};
        case 13:
            if (rng.below(20) > 0) break;
            return StreamFault{Error(ErrorKind::upstream_error, "scripted")};
        default:
            break;
    }
    return TextDelta{choice, pick(kTexts, rng)};
}

/// Hands every event to two sinks.
struct Both final : EventSink {
    Both(EventSink& first, EventSink& second) : first_(first), second_(second) {}
    void on_event(const StreamEvent& event) override {
        first_.on_event(event);
        second_.on_event(event);
    }
    EventSink& first_;
    EventSink& second_;
};

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    return text;
}

TEST(StreamGuardProperty, WhateverComesInTheGrammarHoldsOutside) {
    int clean = 0;
    int faulted = 0;
    for (std::uint64_t seed = 0; seed < 5000; ++seed) {
        Rng rng(seed);
        test::EventGrammar grammar;
        test::EventLog log;
        Both both(grammar, log);
        StreamGuard guard(both, rng);
        const auto length = rng.below(40);
        for (std::uint64_t i = 0; i < length; ++i) guard.on_event(random_event(rng));
        guard.on_event(StreamEnd{});

        grammar.finish();
        ASSERT_TRUE(grammar.problems().empty()) << "seed " << seed << ": " << grammar.problems().front() << "\n"
                                                << joined(log.lines);
        ASSERT_TRUE(guard.ended());
        ++(grammar.faulted() ? faulted : clean);
    }
    // Both outcomes are common, or the property says little.
    EXPECT_GT(clean, 500);
    EXPECT_GT(faulted, 500);
}

/// Sensible streams lose nothing: the text and the arguments that went in come out, whatever the order of choices and
/// calls.
TEST(StreamGuardProperty, SensibleStreamsComeOutWhole) {
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        Rng rng(seed);
        test::EventGrammar grammar;
        StreamGuard guard(grammar, rng);
        std::array<std::string, 3> texts;
        std::array<std::vector<std::string>, 3> arguments;
        for (int i = 0; i < 30; ++i) {
            const std::uint32_t choice = small(rng);
            auto& calls = arguments.at(choice);
            if (rng.below(5) == 0) {
                const auto index = static_cast<std::uint32_t>(calls.size());
                const std::string id = "id" + std::to_string(index);
                guard.on_event(ToolCallStart{.choice = choice, .index = index * 2 + 1, .id = id, .name = "f"});
                guard.on_event(ToolArgsDelta{choice, index * 2 + 1, "{"});
                calls.emplace_back("{");
            } else if (!calls.empty() && rng.below(2) == 0) {
                const auto index = static_cast<std::uint32_t>(rng.below(calls.size()));
                const std::string_view piece = pick(kTexts, rng);
                guard.on_event(ToolArgsDelta{choice, index * 2 + 1, piece});
                calls[index] += piece;
            } else {
                const std::string_view piece = pick(kTexts, rng);
                guard.on_event(TextDelta{choice, piece});
                texts.at(choice) += piece;
            }
        }
        guard.on_event(FinishEvent{});
        guard.on_event(StreamEnd{});

        ASSERT_TRUE(grammar.problems().empty()) << "seed " << seed << ": " << grammar.problems().front();
        ASSERT_FALSE(grammar.faulted()) << "seed " << seed;
        for (std::uint32_t choice = 0; choice < 3; ++choice) {
            ASSERT_EQ(grammar.text(choice), texts.at(choice)) << "seed " << seed;
            ASSERT_EQ(grammar.arguments(choice), arguments.at(choice)) << "seed " << seed;
        }
    }
}

/// A stream may be cut anywhere; without the provider's end there is no end, and with a fault there is nothing but the
/// fault.
TEST(StreamGuardProperty, ACutStreamNeverEndsCleanly) {
    const std::array<StreamEvent, 6> events{MessageStart{.id = "i"},
                                            TextDelta{0, "a"},
                                            ToolCallStart{.choice = 0, .index = 0, .id = "c", .name = "f"},
                                            ToolArgsDelta{0, 0, "{}"},
                                            FinishEvent{.choice = 0, .reason = FinishReason::tool_calls},
                                            UsageEvent{{.output = 1}}};
    for (std::size_t cut = 0; cut <= events.size(); ++cut) {
        Rng rng(cut);
        test::EventGrammar grammar;
        StreamGuard guard(grammar, rng);
        for (std::size_t i = 0; i < cut; ++i) guard.on_event(events.at(i));
        EXPECT_FALSE(guard.ended());
        guard.on_event(StreamFault{Error(ErrorKind::upstream_truncated, "cut")});
        EXPECT_TRUE(grammar.faulted());
        EXPECT_TRUE(grammar.problems().empty()) << grammar.problems().front();
    }
}

}  // namespace
}  // namespace breakwater
