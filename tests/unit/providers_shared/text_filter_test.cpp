#include "providers/shared/text_filter.hpp"

#include <gtest/gtest.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace breakwater {
namespace {

using Kind = TextFilter::Kind;

std::string filtered(Kind kind, std::span<const std::string_view> pieces) {
    TextFilter filter(kind);
    std::string out;
    for (const std::string_view piece : pieces) filter.feed(piece, out);
    filter.finish(out);
    return out;
}

std::string whole(Kind kind, std::string_view text) {
    return filtered(kind, std::vector{text});
}

std::string in_pieces(Kind kind, std::string_view text, std::size_t size) {
    std::vector<std::string_view> pieces;
    for (; !text.empty(); text.remove_prefix(pieces.back().size())) pieces.push_back(text.substr(0, size));
    return filtered(kind, pieces);
}

std::string repeated(std::string_view text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) all += text;
    return all;
}

struct Case {
    std::string text;
    std::string answer;
};

const std::vector<Case> kFenced{
    {"", ""},
    {" ", " "},
    {R"({"a":1})", R"({"a":1})"},
    {"  {}\n", "  {}\n"},
    {"```json\n{\"a\":1}\n```", R"({"a":1})"},
    {"```json\r\n{\"a\":1}\r\n```\r\n", R"({"a":1})"},
    {"\n```\n[1]\n```\n\n", "[1]"},
    {"``` json\t \n  {}\n```", "  {}"},
    {"```json\n\n{}```", "\n{}"},
    // The answer on the fence's own line.
    {"```{\"a\": 1}\n```", R"({"a": 1})"},
    {"```json {\"a\": 1,\n \"b\": 2}\n```", "{\"a\": 1,\n \"b\": 2}"},
    {R"(```json {"a":1}```)", R"({"a":1})"},
    {R"(```json{"a":1}```)", R"({"a":1})"},
    {R"(```json"a"```)", R"("a")"},
    {"```c++_14 []```", "[]"},
    // What could be a language, but is the answer.
    {"```true```", "true"},
    {"```null\n```", "null"},
    {"``` -12 ```", "-12"},
    {"```json false\n```", "false"},
    {"```" + repeated("x", 31) + "\n{}```", "{}"},
    {"```" + repeated("x", 32) + "\n{}```", repeated("x", 32) + "\n{}"},
    {"```" + repeated("x", 70) + " {}```", repeated("x", 70) + " {}"},
    // Longer fences, which close with as many ticks.
    {"````json\n{\"a\":\"```\"}\n````", R"({"a":"```"})"},
    {"````json\n{}\n```", "{}\n```"},
    {"```json\n{}\n`````", "{}\n``"},
    {repeated("`", 17) + "{}", repeated("`", 17) + "{}"},
    // Ticks that close nothing.
    {"```json\n{\"a\":\"` ``` `\"}\n ```\n", R"({"a":"` ``` `"})"},
    {"```json\n{} ``` ` ```", "{} ``` `"},
    {"```json\n{}\n```\nThat is all.", "{}\n```\nThat is all."},
    {"```json\n{}\n``", "{}\n``"},
    {"Here:\n```json\n{}\n```", "Here:\n```json\n{}\n```"},
    {"`a`", "`a`"},
    {"``{}``", "``{}``"},
    {"`` `", "`` `"},
    // Cut off.
    {"``", "``"},
    {"```", "```"},
    {"```json", "```json"},
    {"```json\n", ""},
    {"```json\n{\"a\": \"b", R"({"a": "b)"},
    {"```json```", ""},
};

const std::vector<Case> kWrapped{
    {"", ""},
    {"[1]", "[1]"},
    {R"({"value": [1,2]})", "[1,2]"},
    {" {\n \"value\"\t:\r\n  {\"a\": {}} \n}\n", R"({"a": {}})"},
    {R"({"value":"}}"}})", R"("}}"})"},
    {R"({"value":1} })", "1}"},
    {R"({"value":)", ""},
    {R"({"val)", R"({"val)"},
    {R"({"valued":1})", R"({"valued":1})"},
    {R"({"va lue":1})", R"({"va lue":1})"},
    {R"({"value":1, "b":2)", R"(1, "b":2)"},
};

void every_split_is_the_whole(Kind kind, const std::vector<Case>& cases) {
    for (const auto& [text, answer] : cases) {
        EXPECT_EQ(whole(kind, text), answer) << text;
        EXPECT_EQ(in_pieces(kind, text, 1), answer) << text;
        const std::string_view view = text;
        for (std::size_t first = 0; first <= view.size(); ++first) {
            for (std::size_t second = first; second <= view.size(); ++second) {
                const std::vector pieces{view.substr(0, first), view.substr(first, second - first),
                                         view.substr(second)};
                ASSERT_EQ(filtered(kind, pieces), answer) << text << " cut at " << first << " and " << second;
            }
        }
    }
}

TEST(TextFilter, TakesOffAFenceHoweverItIsCut) {
    every_split_is_the_whole(Kind::fence, kFenced);
}

TEST(TextFilter, TakesOffTheObjectAroundAValueHoweverItIsCut) {
    every_split_is_the_whole(Kind::value, kWrapped);
}

TEST(TextFilter, TakesOffTheWrappingOfLongAnswers) {
    const std::string list = "[" + repeated(R"({"a ` b": "}"}, )", 100U << 7U) + "{}]";
    ASSERT_GT(list.size(), 100'000U);
    for (const std::size_t size : {1UL, 7UL, 4095UL, 4096UL, 4097UL, 50'000UL, 1UL << 20U}) {
        EXPECT_EQ(in_pieces(Kind::fence, "```json\n" + list + "\n```\n", size), list) << size;
        EXPECT_EQ(in_pieces(Kind::value, "{\"value\": " + list + "\n}\n", size), list) << size;
        EXPECT_EQ(in_pieces(Kind::none, list, size), list) << size;
    }
}

// Models in JSON mode have been seen to write blanks without end. What the bound makes of them is the same however they
// are cut, too.
TEST(TextFilter, HoldsABoundedAmountOfBlanks) {
    const std::string blanks(100'000, ' ');
    for (const std::string_view start : {"", "```", "```json\n{}", "```json\n{}\n```"}) {
        TextFilter filter(Kind::fence);
        std::string out;
        filter.feed(start, out);
        for (std::size_t at = 0; at < blanks.size(); at += 1000) filter.feed(blanks.substr(at, 1000), out);
        EXPECT_GT(out.size() + 6000, blanks.size()) << start;
        for (const std::string_view end : {"", "{}", "\n```"}) {
            const std::string text = std::string(start) + blanks + std::string(end);
            const std::string answer = whole(Kind::fence, text);
            for (const std::size_t size : {1UL, 1000UL, 4096UL, 5000UL})
                EXPECT_EQ(in_pieces(Kind::fence, text, size), answer) << start << size << end;
        }
    }
    EXPECT_EQ(whole(Kind::fence, "```json\n{}" + blanks + "\n```").find("```"), std::string::npos);
}

TEST(TextFilter, HoldsABoundedAmountOfWhatMayClose) {
    for (const std::string_view unit : {"`", " `", "``` ", "}", "} ", "}} \n"}) {
        for (const Kind kind : {Kind::fence, Kind::value}) {
            TextFilter filter(kind);
            std::string out;
            filter.feed(kind == Kind::fence ? "```json\n{" : "{\"value\":1", out);
            const std::string text = repeated(unit, 10'000);
            for (const char c : text) filter.feed(std::string_view(&c, 1), out);
            EXPECT_GT(out.size() + 6000, text.size()) << unit;
        }
    }
}

}  // namespace
}  // namespace breakwater
