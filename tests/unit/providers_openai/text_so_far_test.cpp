#include "providers/openai/text_so_far.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace breakwater::test {
namespace {

struct Piece {
    std::string delta;
    std::string message;
    bool last = false;
};

std::string text_of(const std::vector<Piece>& pieces) {
    openai::TextSoFar so_far;
    std::string text;
    for (const Piece& piece : pieces) {
        if (so_far.is_said_again_by(piece.delta, piece.message, piece.last)) continue;
        so_far.add(piece.delta, piece.message);
        text += piece.delta;
    }
    return text;
}

TEST(OpenaiTextSoFar, KeepsPiecesThatTheirMessageSaysAgain) {
    EXPECT_EQ(text_of({{"4", "4"}, {"2", "2", true}}), "42");
    EXPECT_EQ(text_of({{"4", "4"}, {"2", "2"}, {"", "", true}}), "42");
    EXPECT_EQ(text_of({{"1", "1"}, {"1", "1"}, {"1", "1"}, {"0", "0"}, {"", "", true}}), "1110");
    EXPECT_EQ(text_of({{"\n", "\n"}, {"\n", "\n"}, {"Hi", "Hi", true}}), "\n\nHi");
    EXPECT_EQ(text_of({{"a", "a"}, {"b", "b"}, {"ab", "ab"}, {"abab", "abab", true}}), "abababab");
}

TEST(OpenaiTextSoFar, PassesTheWholeTextOverWhereItComesAgain) {
    EXPECT_EQ(text_of({{"One", "One"}, {" two", "One two"}, {"One two", "One two", true}}), "One two");
    EXPECT_EQ(text_of({{"One", "One"}, {" two", "One two"}, {"One two", "One two"}, {"", "One two", true}}), "One two");
    EXPECT_EQ(text_of({{"One", "One"}, {"One", "One", true}}), "One");
}

TEST(OpenaiTextSoFar, KnowsNoMoreThanTheLengthOfTextWithoutAMessage) {
    EXPECT_EQ(text_of({{"One", ""}, {" two", ""}, {"One two", "One two", true}}), "One two");
    EXPECT_EQ(text_of({{"One", ""}, {"Two", "Two"}, {"ends.", "ends.", true}}), "OneTwoends.");
    EXPECT_EQ(text_of({{"ha", ""}, {"ha", ""}, {"haha", ""}}), "hahahaha");
}

}  // namespace
}  // namespace breakwater::test
