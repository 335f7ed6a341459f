#include "providers/shared/unfenced_answer.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "event_log.hpp"

namespace breakwater {
namespace {

/// Says what it was made to say: some of it with the body, the rest at its end.
class Scripted final : public ResponseDecoder {
public:
    Scripted(std::vector<StreamEvent> body, std::vector<StreamEvent> end)
        : body_(std::move(body)), end_(std::move(end)) {}
    Result<void> on_head(const HttpResponseHead& head) override {
        if (head.status == 200) return {};
        return fail(ErrorKind::upstream_error, "no");
    }
    Result<void> on_body(std::string_view, EventSink& sink) override {
        for (const StreamEvent& event : body_) sink.on_event(event);
        sink.on_unknown(Unknown::field);
        const bool taken = sink.on_native(
            {.dialect = ClientDialect::anthropic_messages, .kind = NativePart::Kind::block, .json = "{}"});
        if (!taken) return fail(ErrorKind::internal, "not taken");
        return {};
    }
    Result<void> on_end(EventSink& sink) override {
        for (const StreamEvent& event : end_) sink.on_event(event);
        return {};
    }

private:
    std::vector<StreamEvent> body_;
    std::vector<StreamEvent> end_;
};

/// Keeps count of what is no event as well.
class Sink final : public EventSink {
public:
    void on_event(const StreamEvent& event) override { log.on_event(event); }
    bool on_native(const NativePart&) override { return ++natives > 0; }
    void on_unknown(Unknown) override { ++unknowns; }

    test::EventLog log;
    int natives = 0;
    int unknowns = 0;
};

using Lines = std::vector<std::string>;

Lines read(std::vector<StreamEvent> body, std::vector<StreamEvent> end) {
    const auto decoder = make_unfenced_answer(std::make_unique<Scripted>(std::move(body), std::move(end)));
    Sink sink;
    EXPECT_TRUE(decoder->on_head({.status = 200}).has_value());
    EXPECT_TRUE(decoder->on_body("x", sink).has_value());
    EXPECT_TRUE(decoder->on_end(sink).has_value());
    EXPECT_EQ(sink.natives, 1);
    EXPECT_EQ(sink.unknowns, 1);
    return sink.log.lines;
}

TEST(UnfencedAnswer, EveryChoiceLosesItsOwnFence) {
    EXPECT_EQ(read({TextDelta{.choice = 1, .text = "```json\n"}, TextDelta{.choice = 0, .text = "{}"},
                    TextDelta{.choice = 1, .text = "[1]\n"}, TextDelta{.choice = 0, .text = "```"}},
                   {TextDelta{.choice = 1, .text = "```\n"}, FinishEvent{.choice = 0, .native = "stop"},
                    FinishEvent{.choice = 1, .native = "stop"}, StreamEnd{}}),
              (Lines{R"(text 0 "{}")", R"(text 1 "[1]")", R"(text 0 "```")", R"(finish 0 stop "stop")",
                     R"(finish 1 stop "stop")", "end"}));
}

TEST(UnfencedAnswer, WhatIsHeldBackComesBeforeTheEndOfItsText) {
    EXPECT_EQ(read({TextDelta{.text = "``"}}, {FinishEvent{.native = "stop"}, StreamEnd{}}),
              (Lines{R"(text 0 "``")", R"(finish 0 stop "stop")", "end"}));
    EXPECT_EQ(read({TextDelta{.text = "``"}}, {StreamEnd{}}), (Lines{R"(text 0 "``")", "end"}));
    EXPECT_EQ(read({TextDelta{.text = " "}, ToolCallStart{.index = 0, .id = "c", .name = "f"}}, {StreamEnd{}}),
              (Lines{R"(text 0 " ")", R"(call 0.0 "c" "f")", "end"}));
}

TEST(UnfencedAnswer, ATextBehindSomethingElseIsAnotherOne) {
    struct Case {
        StreamEvent event;
        std::string line;
    };
    for (const auto& [event, line] : {Case{ToolCallStart{.index = 0, .id = "c", .name = "f"}, R"(call 0.0 "c" "f")"},
                                      Case{ReasoningDelta{.text = "Hm"}, R"(reasoning 0 "Hm")"},
                                      Case{ReasoningEnd{.signature = "s"}, R"(reasoning_end 0 "s" "")"},
                                      Case{RefusalDelta{.text = "No"}, R"(refusal 0 "No")"},
                                      Case{NativeItem{.json = "{}"}, R"(native item 0 "{}")"}}) {
        for (const auto& [first, told] : {std::pair{"One moment.", "One moment."}, std::pair{"```\n[]\n```", "[]"}}) {
            EXPECT_EQ(read({TextDelta{.text = first}, event, TextDelta{.text = "```\n{}\n```"}}, {StreamEnd{}}),
                      (Lines{R"(text 0 ")" + std::string(told) + '"', line, R"(text 0 "{}")", "end"}));
        }
    }
}

TEST(UnfencedAnswer, ASealInTheMiddleOfATextEndsNoFence) {
    for (const char* const rest : {"\n```", "}\n```"}) {
        const std::string told = rest[0] == '}' ? R"({"a":1)" : R"({"a":1})";
        Lines lines{R"(text 0 ")" + told + '"', R"(reasoning_end 0 "s" "")"};
        if (rest[0] == '}') lines.emplace_back(R"(text 0 "}")");
        lines.emplace_back("end");
        EXPECT_EQ(read({TextDelta{.text = "```json\n" + told}, ReasoningEnd{.signature = "s"}, TextDelta{.text = rest}},
                       {StreamEnd{}}),
                  lines);
    }
}

TEST(UnfencedAnswer, WhatSaysNothingEndsNoText) {
    const Lines lines = read({TextDelta{.text = "```\n{"}, MessageStart{.id = "i"}, LogprobsEvent{.json = "{}"},
                              AnnotationEvent{.json = "{}"}, UsageEvent{}, TextDelta{.text = "}\n```"}},
                             {StreamEnd{}});
    EXPECT_EQ(lines.front(), R"(text 0 "{")");
    EXPECT_EQ(lines[lines.size() - 2], R"(text 0 "}")");
}

TEST(UnfencedAnswer, OtherWordsPassAsTheyAre) {
    EXPECT_EQ(read({ReasoningDelta{.text = "```\nHm\n```"}, RefusalDelta{.text = "```\nNo\n```"}}, {StreamEnd{}}),
              (Lines{"reasoning 0 \"```\nHm\n```\"", "refusal 0 \"```\nNo\n```\"", "end"}));
}

TEST(UnfencedAnswer, FailuresAreTheDecodersOwn) {
    const auto decoder =
        make_unfenced_answer(std::make_unique<Scripted>(std::vector<StreamEvent>{}, std::vector<StreamEvent>{}));
    EXPECT_FALSE(decoder->on_head({.status = 500}).has_value());
}

}  // namespace
}  // namespace breakwater
