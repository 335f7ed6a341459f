#include <gtest/gtest.h>

#include <array>
#include <string>

#include "breakwater/base/error.hpp"
#include "breakwater/base/strings.hpp"

namespace breakwater {
namespace {

struct Case {
    std::string_view name;
    std::string_view input;
    std::string_view expected;
};

constexpr std::array kCases{
    Case{"prose stays", "prompt is too long: 210000 tokens > 200000 maximum",
         "prompt is too long: 210000 tokens > 200000 maximum"},
    Case{"comparison is no markup", "need n < 5 and n<3", "need n < 5 and n<3"},
    Case{"page", "<html><head><title>502</title></head>\r\n<body><h1>Bad Gateway</h1></body></html>",
         "502 Bad Gateway"},
    Case{"script and style", "a<script>alert('x')</script>b<style>p{}</style>c", "a b c"},
    Case{"unclosed script", "a<script>alert(1)", "a"},
    Case{"unclosed tag", "a <img src=x onerror=alert(1)", "a"},
    Case{"comment", "a<!-- <b>secret</b> -->b", "a b"},
    Case{"controls", std::string_view("a\0b\x1b[31mc\x7f\n\n\td", 14), "a b [31mc d"},
    Case{"C1 controls",
         "a\xC2\x85"
         "b",
         "a b"},
    Case{"openai key", "Incorrect API key provided: sk-proj-abc123_DEF-456.", "Incorrect API key provided: ***"},
    Case{"masked key", "key sk-abcd****************wxyz is wrong", "key *** is wrong"},
    Case{"other keys", "nvapi-abcdef hf_abcdefgh AIzaSyA1234567 gsk_12345678", "*** *** *** ***"},
    Case{"quoted key", R"({"key":"sk-12345678"})", R"({"key":"***"})"},
    Case{"bearer", "header 'Authorization: Bearer abc123def456' refused", "header 'Authorization: Bearer ***' refused"},
    Case{"bearer key", "Bearer sk-12345678", "Bearer ***"},
    Case{"bearer prose", "Bearer authentication failed", "Bearer authentication failed"},
    Case{"password in an address", "no route to https://user:s3cr%40t@proxy.example:8080/v1?a=b@c",
         "no route to https://***@proxy.example:8080/v1?a=b@c"},
    Case{"at sign in a password", "redis://:p@ss@cache", "redis://***@cache"},
    Case{"token as the user", "'https://s3cr3t@example.com'", "'https://***@example.com'"},
    Case{"address without a user", "see https://example.com/@name, or mail a@b.c",
         "see https://example.com/@name, or mail a@b.c"},
    Case{"key behind an address", "https://sk-12345678 x", "https://*** x"},
    Case{"identifier", "req_011CQ-a2", "req_011CQ-a2"},
    Case{"key alone", "sk-proj-abc123_DEF-456", "***"},
    Case{"prefix within a word", "the task-force-4 risk-averse", "the task-force-4 risk-averse"},
    Case{"ill-formed", "caf\xE9 ok", "caf\xEF\xBF\xBD ok"},
    Case{"empty", "", ""},
    Case{"blank", " \r\n ", ""},
};

TEST(SanitiseProviderText, LeavesProseAndTakesTheRest) {
    for (const Case& c : kCases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(sanitise_provider_text(c.input), c.expected);
    }
}

TEST(SanitiseProviderText, CutsAtACharacterBorder) {
    const std::string text = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80";  // 1 + 2 + 3 + 4 bytes
    for (std::size_t max = 0; max <= text.size(); ++max) {
        const std::string cut = sanitise_provider_text(text, max);
        EXPECT_LE(cut.size(), max);
        EXPECT_TRUE(is_valid_utf8(cut)) << max;
        EXPECT_TRUE(text.starts_with(cut));
        EXPECT_GT(cut.size() + 4, max);
    }
}

TEST(SanitiseProviderText, MasksAKeyThatTheCutWouldHalve) {
    EXPECT_EQ(sanitise_provider_text("key sk-abcdefghijkl", 9), "key ***");
}

TEST(SanitiseProviderText, BoundsItsWorkOnHugePages) {
    const std::string page = "<p>" + std::string(50u << 20, 'x');
    EXPECT_LE(sanitise_provider_text(page).size(), 500u);
}

}  // namespace
}  // namespace breakwater
