// Private to the exchange: what a model that goes on with a text repeats of it.
#include "exchange/repeat_filter.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace breakwater {
namespace {

constexpr std::string_view kText = "The capital of France is Paris. It";

/// What the client gets of an answer in these pieces; with what is held back until its end.
std::string passed(std::string_view text, const std::vector<std::string>& pieces) {
    RepeatFilter filter(text);
    std::string all;
    for (const std::string& piece : pieces) all += filter.take(piece);
    all += filter.release();
    return filter.departed() ? all + "DEPARTED" : all;
}

TEST(RepeatFilter, AContinuationPasses) {
    EXPECT_EQ(passed(kText, {" lies", " on the Seine."}), " lies on the Seine.");
    EXPECT_EQ(passed(kText, {}), "");
    EXPECT_EQ(RepeatFilter(kText).take(" lies"), " lies") << "at once";
}

TEST(RepeatFilter, TheWholeTextIsDroppedHoweverItIsCut) {
    const std::string answer = std::string(kText) + " lies on the Seine.";
    EXPECT_EQ(passed(kText, {answer}), " lies on the Seine.");
    std::vector<std::string> letters;
    for (const char c : answer) letters.emplace_back(1, c);
    EXPECT_EQ(passed(kText, letters), " lies on the Seine.");
    EXPECT_EQ(passed(kText, {std::string(kText)}), "");
}

TEST(RepeatFilter, AContinuationMayBeginLikeTheText) {
    EXPECT_EQ(passed(kText, {"The", " Seine"}), "The Seine");
    EXPECT_EQ(passed(kText, {"The cap"}), "The cap") << "held back until the end";
}

TEST(RepeatFilter, AnswerThatBeginsAnewAndDepartsIsNoContinuation) {
    EXPECT_EQ(passed(kText, {"The capital of France is Lyon."}), "DEPARTED");
    EXPECT_EQ(passed(kText, {"The capital of France", " is Lyon.", "More."}), "DEPARTED");
    EXPECT_EQ(passed(kText, {"The capital of France is "}), "DEPARTED");
}

// The model got the text without the space, and begins with it; the client has it already.
TEST(RepeatFilter, KnowsTheTextWhenItsOwnerHasMovedItAndSomethingElseCameFirst) {
    auto text = std::make_unique<std::string>("Let me check.");
    RepeatFilter filter(*text);
    text.reset();
    EXPECT_EQ(filter.release(), "") << "a tool call begins";
    EXPECT_EQ(filter.take("Let me"), "Let me") << "and what follows it is no repetition";
}

TEST(RepeatFilter, SpaceAtTheEndIsNotRepeated) {
    EXPECT_EQ(passed("Hello ", {" world"}), "world");
    EXPECT_EQ(passed("Hello ", {"world"}), "world");
    EXPECT_EQ(passed("Hello ", {", world"}), ", world");
    EXPECT_EQ(passed("Hello\n\n", {"\n", "\nWorld"}), "World");
    EXPECT_EQ(passed("Hello\n\n", {"\n", " World"}), " World");
    EXPECT_EQ(passed("Hello ", {"Hello", " ", " world"}), " world");
}

}  // namespace
}  // namespace breakwater
