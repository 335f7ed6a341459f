#include "breakwater/base/json_escapes.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

TEST(JsonEscapes, AreChecked) {
    for (const std::string_view good :
         {"", "plain", R"(\"\\\/\b\f\n\r\t)", R"(\u00fc\uABCD\uabcd)", R"(\ud83d\ude00)", R"(\\u12)"})
        EXPECT_TRUE(are_json_escapes(good)) << good;
    for (const std::string_view bad : {R"(\)", R"(a\)", R"(\x)", R"(\u12)", R"(\u12g4)", R"(\ud83d)", R"(\ude00)",
                                       R"(\ud83dx)", R"(\ud83d\n)", R"(\ud83d\ud83d)", R"(\\\)"})
        EXPECT_FALSE(are_json_escapes(bad)) << bad;
}

TEST(JsonEscapes, SayWhatTheyStandFor) {
    EXPECT_EQ(unescaped_json(""), "");
    EXPECT_EQ(unescaped_json("plain"), "plain");
    EXPECT_EQ(unescaped_json(R"(\"\\\/\b\f\n\r\t)"), "\"\\/\b\f\n\r\t");
    EXPECT_EQ(unescaped_json(R"(a\u0000b)"), std::string_view("a\0b", 3));
    EXPECT_EQ(unescaped_json(R"(\u007f\u0080\u07ff\u0800\uffff)"), "\x7f\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF");
    EXPECT_EQ(unescaped_json(R"(\ud800\udc00 \udbff\udfff)"), "\xF0\x90\x80\x80 \xF4\x8F\xBF\xBF");
    EXPECT_EQ(unescaped_json(R"(\\n)"), "\\n");
}

TEST(JsonEscapes, AreWhiteSpaceAtTheEnd) {
    const auto trimmed = [](std::string_view text) { return std::string(written_without_trailing_space(text)); };
    EXPECT_EQ(trimmed(""), "");
    EXPECT_EQ(trimmed("said"), "said");
    EXPECT_EQ(trimmed(R"(said \n\t \r\f)"), "said");
    EXPECT_EQ(trimmed(R"(said\u0020\u000A\u000b)"), "said");
    EXPECT_EQ(trimmed(R"( \n)"), "");
    EXPECT_EQ(trimmed(R"(said\\n)"), R"(said\\n)") << "a backslash and a letter";
    EXPECT_EQ(trimmed(R"(said\\\n)"), R"(said\\)");
    EXPECT_EQ(trimmed(R"(said\\u0020)"), R"(said\\u0020)");
    EXPECT_EQ(trimmed(R"(said\u0021)"), R"(said\u0021)");
    EXPECT_EQ(trimmed(R"(said\b)"), R"(said\b)");
    EXPECT_EQ(trimmed("n"), "n");
}

}  // namespace
}  // namespace breakwater
