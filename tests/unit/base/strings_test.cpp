#include "breakwater/base/strings.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace breakwater {
namespace {

TEST(Strings, CompareWithoutCaseInAsciiOnly) {
    EXPECT_TRUE(iequals("Content-Type", "content-TYPE"));
    EXPECT_FALSE(iequals("a", "ab"));
    EXPECT_FALSE(iequals("[", "{"));  // 0x5B and 0x7B differ by the case bit
    EXPECT_FALSE(iequals("\xC3\x84", "\xC3\xA4"));
    EXPECT_TRUE(istarts_with("Bearer x", "bearer "));
    EXPECT_FALSE(istarts_with("Bear", "bearer"));
    EXPECT_TRUE(icontains("Maximum Context Length", "context length"));
    EXPECT_TRUE(icontains("abc", ""));
    EXPECT_FALSE(icontains("", "a"));
    EXPECT_EQ(to_lower("aBc-\xC3\x84"), "abc-\xC3\x84");
}

TEST(Strings, TrimSplitAndJoin) {
    EXPECT_EQ(trim(" \t a b\r\n"), "a b");
    EXPECT_EQ(trim("  "), "");
    EXPECT_EQ(split("a,,b,", ','), (std::vector<std::string_view>{"a", "", "b", ""}));
    EXPECT_EQ(split("", ','), (std::vector<std::string_view>{""}));
    EXPECT_EQ(join(std::array<std::string, 3>{"a", "", "c"}, ", "), "a, , c");
    EXPECT_EQ(join({}, ", "), "");
}

TEST(ParseNumbers, TakeTheWholeTextOrNothing) {
    EXPECT_EQ(parse_u64("18446744073709551615"), 18446744073709551615u);
    EXPECT_EQ(parse_i64("-42"), -42);
    EXPECT_EQ(parse_double("1.5e3"), 1500.0);
    for (const std::string_view text : {"", " 1", "1 ", "+1", "-1", "1x", "18446744073709551616", "0x10"}) {
        EXPECT_FALSE(parse_u64(text)) << text;
    }
    for (const std::string_view text : {"", "9223372036854775808", "1.0", "--1"}) {
        EXPECT_FALSE(parse_i64(text)) << text;
    }
    for (const std::string_view text : {"", "inf", "nan", "-inf", "1e999", "1,5", " 1"}) {
        EXPECT_FALSE(parse_double(text)) << text;
    }
}

TEST(EditDistance, CountsInsertionsDeletionsAndReplacements) {
    EXPECT_EQ(edit_distance("", "abc"), 3u);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
    EXPECT_EQ(edit_distance("same", "same"), 0u);
    EXPECT_EQ(edit_distance("flaw", "lawn"), edit_distance("lawn", "flaw"));
}

TEST(Nearest, NamesTheClosestWithinTheDistance) {
    constexpr std::array<std::string_view, 3> kWords{"providers", "deployments", "routes"};
    EXPECT_EQ(nearest("provider", kWords), "providers");
    EXPECT_EQ(nearest("ruotes", kWords), "routes");
    EXPECT_EQ(nearest("server", kWords), "");
    EXPECT_EQ(nearest("prov", kWords, 5), "providers");
    EXPECT_EQ(nearest("x", {}), "");
}

TEST(Percent, RoundTripsEveryByte) {
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
    EXPECT_EQ(percent_decode(percent_encode(bytes)), bytes);
    EXPECT_EQ(percent_decode(percent_encode(bytes, true)), bytes);
    EXPECT_EQ(percent_encode("a b/c~\xC3\xA9"), "a%20b%2Fc~%C3%A9");
    EXPECT_EQ(percent_encode("a/b", true), "a/b");
}

TEST(Percent, DecodesOnceAndRefusesBrokenEscapes) {
    EXPECT_EQ(percent_decode("%2541"), "%41");
    EXPECT_EQ(percent_decode("a+b"), "a+b");
    for (const std::string_view text : {"%", "%4", "a%", "%4g", "%g4", "%%41"}) {
        EXPECT_FALSE(percent_decode(text)) << text;
    }
}

TEST(StringHash, LetsContainersBeSearchedByView) {
    EXPECT_EQ(StringHash{}("abc"), StringHash{}(std::string("abc")));
}

}  // namespace
}  // namespace breakwater
