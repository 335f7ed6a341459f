// Private to the exchange: answers of several attempts, event by event.
#include "exchange/answer_join.hpp"

#include <gtest/gtest.h>

#include <string>

namespace breakwater {
namespace {

/// Writes down what it is given, in words.
class NotingEncoder final : public ResponseEncoder {
public:
    void on_event(const StreamEvent& event) override { std::visit(Note{*this}, event); }
    void head(HttpResponseHead&) const override {}
    std::string& out() noexcept override { return notes; }
    void ping() override {}
    void recovered(const Recovered& by) override {
        notes += "<" + std::string(by.by) + " by " + std::string(by.deployment) + ">";
    }
    std::string notes;

private:
    struct Note {
        NotingEncoder& to;
        void operator()(const MessageStart& start) const { to.notes += "[" + std::string(start.model) + "]"; }
        void operator()(const TextDelta& delta) const { to.notes += delta.text; }
        void operator()(const ReasoningDelta& delta) const { to.notes += "(" + std::string(delta.text) + ")"; }
        void operator()(const ReasoningEnd&) const { to.notes += "|"; }
        void operator()(const ToolCallStart& start) const {
            to.notes += std::to_string(start.index) + ":" + std::string(start.id) + "=" + std::string(start.name);
        }
        void operator()(const ToolArgsDelta& delta) const { to.notes += delta.json; }
        void operator()(const UsageEvent& usage) const {
            to.notes += "usage " + std::to_string(*usage.usage.total()) + (usage.usage.estimated ? "?" : "");
        }
        void operator()(const FinishEvent&) const { to.notes += "."; }
        void operator()(const StreamEnd&) const { to.notes += "end"; }
        template <class Other>
        void operator()(const Other&) const {
            to.notes += "other";
        }
    };
};

struct Join {
    NotingEncoder encoder;
    AnswerJoin join{encoder};

    Join& text(std::string_view words, std::uint32_t choice = 0) { return event(TextDelta{choice, words}); }
    Join& reasoning(std::string_view words) { return event(ReasoningDelta{0, words}); }
    Join& sealed(std::string_view seal = "seal") { return event(ReasoningEnd{.signature = seal}); }
    Join& call(std::uint32_t index, std::string_view id, std::string_view name = "f", bool custom = false) {
        return event(ToolCallStart{.index = index, .id = id, .name = name, .custom = custom});
    }
    Join& arguments(std::uint32_t index, std::string_view json) { return event(ToolArgsDelta{0, index, json}); }
    Join& finish() { return event(FinishEvent{}); }
    Join& event(const StreamEvent& what) {
        join.on_event(what);
        return *this;
    }
    Join& restart() {
        join.begin_restart({.by = "restart", .deployment = "b", .model = "m"});
        return *this;
    }
    Join& go_on() {
        join.begin_continuation({.by = "continue", .deployment = "b", .model = "m"});
        return *this;
    }
    [[nodiscard]] std::string notes() const { return encoder.notes + (join.diverged() ? " DIVERGED" : ""); }
};

TEST(AnswerJoin, PassesTheFirstAnswerOnAsItIs) {
    Join join;
    join.event(MessageStart{.model = "m"}).reasoning("think").sealed().text("Hel").text("lo").call(0, "x");
    join.arguments(0, "{}").finish().event(StreamEnd{});
    EXPECT_EQ(join.notes(), "[m](think)|Hello0:x=f{}.end");
    EXPECT_EQ(join.join.passed(), 5u);
}

TEST(AnswerJoin, DropsWhatTheClientHas) {
    Join join;
    join.event(MessageStart{.model = "m"}).text("Hello wo");
    join.restart().event(MessageStart{.model = "other"}).text("Hel").text("lo world").text("!").finish();
    EXPECT_EQ(join.notes(), "[m]Hello wo<restart by b>rld!.");
}

TEST(AnswerJoin, SaysOnceWhoCompletesTheAnswer) {
    Join join;
    join.text("a").restart().text("a").text("b").text("c");
    EXPECT_EQ(join.notes(), "a<restart by b>bc");
    join.restart().text("abc").finish();
    EXPECT_EQ(join.notes(), "a<restart by b>bc<restart by b>.");
}

TEST(AnswerJoin, NoticesOtherText) {
    EXPECT_EQ(Join().text("Hello").restart().text("Help").text("more").finish().notes(), "Hello DIVERGED");
    EXPECT_EQ(Join().text("Hello").restart().text("Goodbye").notes(), "Hello DIVERGED");
}

TEST(AnswerJoin, NoticesAShorterAnswer) {
    EXPECT_EQ(Join().text("Hello").restart().text("Hell").finish().notes(), "Hello DIVERGED");
    EXPECT_EQ(Join().text("Hello").restart().finish().notes(), "Hello DIVERGED");
}

TEST(AnswerJoin, AnAnswerThatWasWholeNeedsOnlyItsEnd) {
    EXPECT_EQ(Join().text("Hello").restart().text("Hello").finish().notes(), "Hello<restart by b>.");
}

TEST(AnswerJoin, ComparesReasoningAsTextIsCompared) {
    EXPECT_EQ(Join().reasoning("why").restart().reasoning("why not").sealed().text("x").notes(),
              "(why)<restart by b>( not)|x");
    EXPECT_EQ(Join().reasoning("why").text("x").restart().reasoning("why not").notes(), "(why)x DIVERGED");
    EXPECT_EQ(Join().reasoning("why").text("x").restart().text("x").notes(), "(why)x DIVERGED");
    EXPECT_EQ(Join().reasoning("why").restart().reasoning("because").notes(), "(why) DIVERGED");
}

TEST(AnswerJoin, TheFirstSealOfABlockStays) {
    EXPECT_EQ(Join().reasoning("why").sealed().text("x").restart().reasoning("why").sealed("other").text("xy").notes(),
              "(why)|x<restart by b>y");
    EXPECT_EQ(Join().reasoning("why").sealed().restart().reasoning("why").sealed("other").text("x").notes(),
              "(why)|<restart by b>x");
}

TEST(AnswerJoin, DropsFinishedCallsAndGoesOnCounting) {
    Join join;
    join.text("Look:").call(0, "x").arguments(0, R"({"a":1})");
    ASSERT_TRUE(join.join.sent().can_be_completed());
    join.restart().text("Look:").call(0, "y").arguments(0, R"({"a")").arguments(0, ":1}").call(1, "z", "g");
    join.arguments(1, "{}").finish();
    EXPECT_EQ(join.notes(), R"(Look:0:x=f{"a":1}<restart by b>1:z=g{}.)");
}

TEST(AnswerJoin, NoticesOtherCalls) {
    Join name;
    name.call(0, "x").arguments(0, R"({"a":1})").restart().call(0, "y", "g");
    EXPECT_TRUE(name.join.diverged());
    Join arguments;
    arguments.call(0, "x").arguments(0, R"({"a":1})").restart().call(0, "y").arguments(0, R"({"a":2})");
    EXPECT_TRUE(arguments.join.diverged());
    Join none;
    none.call(0, "x").arguments(0, R"({"a":1})").restart().text("No call.");
    EXPECT_TRUE(none.join.diverged());
    Join more;
    more.text("Hello").restart().text("Hel").call(0, "x");
    EXPECT_TRUE(more.join.diverged());
    Join same_id;
    same_id.call(0, "x").arguments(0, "{}").restart().call(0, "y").arguments(0, "{}").call(1, "x");
    EXPECT_TRUE(same_id.join.diverged()) << "clients match results by the id";
}

TEST(AnswerJoin, ChoicesAreComparedEachForItself) {
    Join join;
    join.text("one", 0).text("two", 1).restart().text("one more", 0).text("tw", 1).text("o more", 1).finish();
    EXPECT_EQ(join.notes(), "onetwo<restart by b> more more.");
    Join missing;
    missing.text("one", 0).text("two", 1).restart().text("one", 0).finish();
    EXPECT_TRUE(missing.join.diverged());
}

TEST(AnswerJoin, GoesOnWithAText) {
    EXPECT_EQ(Join().text("Hello").go_on().text(" wor").text("ld").finish().notes(), "Hello<continue by b> world.");
    EXPECT_EQ(Join().text("Hello").go_on().text("Hello wor").finish().notes(), "Hello<continue by b> wor.");
    EXPECT_EQ(Join().text("Hello").go_on().finish().notes(), "Hello<continue by b>.");
    EXPECT_EQ(Join().text("Hello").go_on().text("Hel").finish().notes(), "Hello<continue by b>Hel.");
}

TEST(AnswerJoin, ContinuesWithCallsBehindWhatWasHeldBack) {
    EXPECT_EQ(Join().text("Hello").go_on().text("He").call(0, "x").arguments(0, "{}").finish().notes(),
              "Hello<continue by b>He0:x=f{}.");
}

TEST(AnswerJoin, NoticesAContinuationThatIsNone) {
    EXPECT_EQ(Join().text("Hello").go_on().reasoning("Let me see").notes(), "Hello DIVERGED");
    const std::string text = "An answer that is long enough to be known again";
    EXPECT_EQ(Join().text(text).go_on().text("An answer that is long enough for me.").notes(), text + " DIVERGED");
}

TEST(AnswerJoin, AContinuedAnswerCanBeRestarted) {
    Join join;
    join.text("Hello").go_on().text(" wor").restart().text("Hello world").finish();
    EXPECT_EQ(join.notes(), "Hello<continue by b> wor<restart by b>ld.");
}

TEST(AnswerJoin, AddsUpWhatTheAttemptsCost) {
    Join join;
    join.text("a");
    join.join.add_spent({.input_uncached = 10, .output = 2, .estimated = true});
    join.restart().text("ab").finish().event(UsageEvent{{.input_uncached = 9, .output = 3}});
    EXPECT_EQ(join.notes(), "a<restart by b>b.usage 24?");
    EXPECT_EQ(join.join.usage()->output, 5);
}

TEST(SentAnswer, ACallHalfSentCannotBeCompleted) {
    const auto can = [](Join& join) { return join.join.sent().can_be_completed(); };
    Join opened;
    EXPECT_FALSE(can(opened.text("x").call(0, "x")));
    Join half;
    EXPECT_FALSE(can(half.call(0, "x").arguments(0, R"({"a":)")));
    Join whole;
    EXPECT_TRUE(can(whole.call(0, "x").arguments(0, R"({"a":1})")));
    Join second;
    EXPECT_FALSE(can(second.call(0, "x").arguments(0, "{}").call(1, "y")));
    Join custom;
    EXPECT_FALSE(can(custom.call(0, "x", "f", true).arguments(0, "{}"))) << "any text could follow";
    EXPECT_TRUE(can(custom.text("then"))) << "nothing can follow";
}

TEST(SentAnswer, WhatCannotBeComparedCannotBeCompleted) {
    for (const StreamEvent& event :
         std::initializer_list<StreamEvent>{AnnotationEvent{.json = "{}"}, LogprobsEvent{.json = "{}"},
                                            AudioEvent{.json = "{}"}, ReasoningEnd{.redacted = "sealed"}}) {
        Join join;
        join.text("Hello");
        EXPECT_TRUE(join.join.sent().can_be_completed());
        EXPECT_FALSE(join.event(event).join.sent().can_be_completed());
    }
}

TEST(SentAnswer, RemembersOneMegabyte) {
    Join join;
    const std::string text(1u << 16, 'x');
    for (int i = 0; i < 15; ++i) join.text(text);
    EXPECT_TRUE(join.join.sent().can_be_completed());
    EXPECT_FALSE(join.text(text).join.sent().can_be_completed());
    EXPECT_EQ(join.encoder.notes.size(), 16u << 16);
}

}  // namespace
}  // namespace breakwater
