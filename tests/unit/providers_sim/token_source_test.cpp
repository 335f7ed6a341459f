#include "providers/sim/token_source.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "breakwater/base/strings.hpp"

namespace breakwater::sim {
namespace {

std::vector<std::string> tokens_of(TokenSource source) {
    std::vector<std::string> tokens;
    for (std::string_view token; source.next(token);) tokens.emplace_back(token);
    return tokens;
}

std::string text_of(TokenSource source) {
    return join(tokens_of(std::move(source)), "");
}

TEST(TokenSource, CutsWordsWithTheBlanksBeforeThem) {
    EXPECT_EQ(tokens_of({"Hello big\n\n world ", std::nullopt, 0}),
              (std::vector<std::string>{"Hello", " big", "\n\n world", " "}));
    EXPECT_TRUE(tokens_of({"", std::nullopt, 0}).empty());
}

TEST(TokenSource, CutsTextWithoutBlanksAtCharacterBorders) {
    std::string text;
    for (int i = 0; i < 50; ++i) text += i % 3 == 0 ? "\xF0\x9F\x92\xA7" : "\xE6\xB0\xB4";
    const auto tokens = tokens_of({text, std::nullopt, 0});

    EXPECT_GT(tokens.size(), 5u);
    for (const auto& token : tokens) EXPECT_TRUE(is_valid_utf8(token));
    EXPECT_EQ(join(tokens, ""), text);
    EXPECT_LE(count_tokens(text), tokens.size());
    EXPECT_GE(count_tokens(text), tokens.size() - 1);
}

TEST(TokenSource, CountsWhatASourceGives) {
    EXPECT_EQ(count_tokens(""), 0u);
    for (const std::string_view text :
         {"one", "one two", "  one\n\ntwo\tthree", "a b c d", "one two \n", "\xE6\xB0\xB4 x", " ", "\n \r\t"}) {
        EXPECT_EQ(count_tokens(text), tokens_of({std::string(text), std::nullopt, 0}).size()) << text;
    }
}

TEST(TokenSource, GivesExactlyTheTotal) {
    EXPECT_EQ(tokens_of({"one two three", 2, 0}), (std::vector<std::string>{"one", " two"}));
    EXPECT_TRUE(tokens_of({"one", 0, 0}).empty());
    EXPECT_EQ(tokens_of({"one two", 500, 3}).size(), 500u);
}

TEST(TokenSource, FillsUpWithTheSameProseForTheSameSeed) {
    const std::string prose = text_of({"", 200, 5});
    EXPECT_EQ(prose, text_of({"", 200, 5}));
    EXPECT_NE(prose, text_of({"", 200, 6}));
    EXPECT_EQ(count_tokens(prose), 200u);
    EXPECT_GE(prose.front(), 'A');
    EXPECT_LE(prose.front(), 'Z');
    EXPECT_EQ(prose.back(), '.');
    // Sentences of five words and more, with a capital at the start of each.
    const std::vector<std::string_view> sentences = split(std::string_view(prose).substr(0, prose.size() - 1), '.');
    EXPECT_GT(sentences.size(), 10u);
    for (const std::string_view sentence : sentences) {
        const std::string_view words = trim(sentence);
        EXPECT_TRUE(words.front() >= 'A' && words.front() <= 'Z') << words;
        EXPECT_TRUE(std::ranges::none_of(words.substr(1), [](char c) { return c >= 'A' && c <= 'Z'; })) << words;
        if (sentence.data() != sentences.front().data()) EXPECT_EQ(sentence.find_first_not_of(' '), 1u) << sentence;
    }
}

TEST(TokenSource, LeavesOutWhatHasBeenSaid) {
    const std::string prose = text_of({"", 40, 5});
    for (std::size_t length = 0; length <= prose.size(); ++length) {
        TokenSource source("", 40, 5);
        source.skip(prose.substr(0, length));
        EXPECT_EQ(text_of(std::move(source)), prose.substr(length)) << length;
    }
}

TEST(TokenSource, GoesOnWhereAPrefixLeavesItsText) {
    TokenSource source("one two three", std::nullopt, 0);
    source.skip("one twig");
    EXPECT_EQ(text_of(std::move(source)), "o three");
}

}  // namespace
}  // namespace breakwater::sim
