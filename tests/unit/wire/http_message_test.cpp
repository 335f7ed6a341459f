#include "breakwater/wire/http_message.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

TEST(Headers, FindsNamesInAnyCaseAndKeepsTheOrder) {
    Headers headers;
    headers.add("Content-Type", "text/html");
    headers.add("X-A", "1");
    headers.add("x-a", "2");

    EXPECT_EQ(headers.find("content-type"), "text/html");
    EXPECT_EQ(headers.get("x-A"), "1");
    EXPECT_EQ(headers.count("X-a"), 2u);
    EXPECT_EQ(headers.fields()[2].second, "2");
    EXPECT_EQ(headers.find("missing"), std::nullopt);
    EXPECT_EQ(headers.get("missing"), "");
}

TEST(Headers, SetLeavesOneFieldOfThatName) {
    Headers headers;
    headers.add("X-A", "1");
    headers.add("X-C", "kept");
    headers.add("X-A", "2");
    headers.add("x-a", "3");

    headers.set("x-a", "new");
    headers.set("X-B", "added");

    ASSERT_EQ(headers.size(), 3u);
    EXPECT_EQ(headers.fields()[0], (Headers::Field{"X-A", "new"}));
    EXPECT_EQ(headers.fields()[1], (Headers::Field{"X-C", "kept"}));
    std::string lines;
    headers.append_lines(lines);
    EXPECT_EQ(lines, "X-A: new\r\nX-C: kept\r\nX-B: added\r\n");
    EXPECT_EQ(headers.get("x-b"), "added");
}

TEST(Headers, KeepFieldsWithinTheTextOfAHead) {
    const std::string head = "GET / HTTP/1.1\r\nX-A: one\r\nX-B: two\r\n\r\n";
    const std::string_view text = head;
    Headers headers;
    headers.add_within(text, text.substr(16, 3), text.substr(21, 3));
    headers.add_within(text, text.substr(26, 3), text.substr(31, 3));
    headers.adopt(head);

    headers.set("x-a", "1");
    const Headers copy = headers;

    EXPECT_EQ(copy[0], (Headers::Field{"X-A", "1"}));
    EXPECT_EQ(copy[1], (Headers::Field{"X-B", "two"}));
    std::string lines;
    copy.append_lines(lines);
    EXPECT_EQ(lines, "X-A: 1\r\nX-B: two\r\n");
}

TEST(Headers, AreWrittenWithoutWhatCouldEndALine) {
    Headers headers;
    headers.add("X-A", "1\r\nX-Evil: 2");
    headers.add(std::string_view("X B"), "1");
    headers.add("X-C", "a\tb");
    std::string lines = "before ";

    headers.append_lines(lines);

    EXPECT_EQ(lines, "before X-C: a\tb\r\n");
}

TEST(Headers, LiteralNamesAreAddedLikeOthers) {
    Headers by_literal;
    by_literal.add("X-Some", "value");
    by_literal.add("X-Odd", "a\r\nInjected: 1");
    by_literal.add("X-Empty", "");
    Headers by_text;
    for (const auto& [name, value] : by_literal.fields()) by_text.add(name, value);

    std::string literal_lines;
    by_literal.append_lines(literal_lines);
    std::string text_lines;
    by_text.append_lines(text_lines);
    EXPECT_EQ(literal_lines, "X-Some: value\r\nX-Empty: \r\n");
    EXPECT_EQ(text_lines, literal_lines);
    EXPECT_EQ(by_literal.get("x-odd"), "a\r\nInjected: 1");
}

TEST(HeaderValue, RefusesEveryControlCharacterButTab) {
    for (int c = 0; c < 256; ++c) {
        const std::string value = std::string("a") + static_cast<char>(c) + "b";
        const bool control = (c < 0x20 && c != '\t') || c == 0x7f;
        EXPECT_EQ(is_header_value(value), !control) << c;
        for (std::size_t before = 0; before < 9; ++before) {
            EXPECT_EQ(is_header_value(std::string(before, 'x') + value + "long enough for a word"), !control) << c;
        }
    }
    EXPECT_TRUE(is_header_value(""));
}

TEST(HeaderValue, KnowsWhereTheFirstControlByteIs) {
    for (std::size_t length = 0; length < 50; ++length) {
        const std::string plain(length, 'x');
        EXPECT_EQ(first_control_byte(plain), std::string_view::npos) << length;
        for (std::size_t at = 0; at < length; ++at) {
            std::string text = plain;
            text[at] = '\n';
            text.back() = '\x7f';
            EXPECT_EQ(first_control_byte(text), at) << length;
        }
    }
}

TEST(HeaderName, TakesTokensOnly) {
    EXPECT_TRUE(is_header_name("x-Request_ID.1~"));
    EXPECT_FALSE(is_header_name(""));
    for (const char c : std::string_view(" :\t\r\n\"(),/;<=>?@[\\]{}\x7f\x80\0", 24)) {
        EXPECT_FALSE(is_header_name(std::string("a") + c)) << static_cast<int>(c);
    }
}

TEST(HeaderName, LooksAtEveryByte) {
    const std::string usual = "x-Breakwater-Attempt-Number-019-AZaz-and-more";
    for (std::size_t length = 1; length <= usual.size(); ++length) {
        const std::string name = usual.substr(0, length);
        EXPECT_TRUE(is_header_name(name)) << name;
        for (std::size_t at = 0; at < length; ++at) {
            for (int c = 0; c < 256; ++c) {
                std::string other = name;
                other[at] = static_cast<char>(c);
                const bool token = is_header_name(std::string("a") + static_cast<char>(c));
                ASSERT_EQ(is_header_name(other), token) << c << " at " << at << " of " << length;
            }
        }
    }
}

TEST(MediaType, IsLowerCaseWithoutParameters) {
    EXPECT_EQ(media_type("application/json; charset=utf-8"), "application/json");
    EXPECT_EQ(media_type(" Text/Event-Stream "), "text/event-stream");
    EXPECT_EQ(media_type(""), "");
}

}  // namespace
}  // namespace breakwater
