#include <gtest/gtest.h>

#include <array>
#include <string>

#include "breakwater/base/strings.hpp"

namespace breakwater {
namespace {

std::string encode(std::uint32_t code) {
    std::string text;
    const auto put = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0 | code >> 6);
        put(0x80 | (code & 63));
    } else if (code < 0x10000) {
        put(0xE0 | code >> 12);
        put(0x80 | (code >> 6 & 63));
        put(0x80 | (code & 63));
    } else {
        put(0xF0 | code >> 18);
        put(0x80 | (code >> 12 & 63));
        put(0x80 | (code >> 6 & 63));
        put(0x80 | (code & 63));
    }
    return text;
}

TEST(Utf8, AcceptsEveryCharacterAndNoSurrogate) {
    for (std::uint32_t code = 0; code <= 0x110400; ++code) {
        const bool character = code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
        ASSERT_EQ(is_valid_utf8(encode(code)), character) << std::hex << code;
    }
}

TEST(Utf8, RefusesWhatIsIllFormed) {
    constexpr std::array<std::string_view, 10> kIllFormed{
        "\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xF0\x8F\xBF\xBF", "\xF8\x88\x80\x80",
        "\xFF", "\xC3",     "\xE2\x82", "\xF0\x9F\x98"};
    for (const std::string_view bytes : kIllFormed) {
        EXPECT_FALSE(is_valid_utf8(bytes));
        EXPECT_FALSE(is_valid_utf8("12345678" + std::string(bytes) + "12345678"));
    }
}

TEST(Utf8, FindsAnErrorAtEveryOffset) {
    const std::string text(40, 'a');
    for (std::size_t at = 0; at < text.size(); ++at) {
        std::string broken = text;
        broken[at] = '\xFE';
        EXPECT_FALSE(is_valid_utf8(broken)) << at;
    }
    EXPECT_TRUE(is_valid_utf8(text));
    EXPECT_TRUE(is_valid_utf8(""));
}

TEST(Utf8, ReplacesEachIllFormedSequenceOnce) {
    const std::string bad = "\xEF\xBF\xBD";
    EXPECT_EQ(replace_invalid_utf8("gr\xC3\xBC\xC3\x9F"), "gr\xC3\xBC\xC3\x9F");
    EXPECT_EQ(replace_invalid_utf8("a\xE2\x82z"), "a" + bad + "z");    // one truncated character
    EXPECT_EQ(replace_invalid_utf8("\xED\xA0\x80"), bad + bad + bad);  // a surrogate: no byte belongs to a character
    EXPECT_EQ(replace_invalid_utf8("\xF0\x9F\x98"), bad);
    EXPECT_EQ(replace_invalid_utf8("\xFF\xFE"), bad + bad);
    EXPECT_EQ(replace_invalid_utf8(""), "");
}

TEST(Utf8, ReplacementIsWellFormedForEveryPairOfBytes) {
    for (int i = 0; i < 65536; ++i) {
        const std::string bytes{'\xE2', static_cast<char>(i >> 8), static_cast<char>(i & 255), 'z'};
        ASSERT_TRUE(is_valid_utf8(replace_invalid_utf8(bytes))) << i;
    }
}

}  // namespace
}  // namespace breakwater
