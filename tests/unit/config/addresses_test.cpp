#include "config/addresses.hpp"

#include <gtest/gtest.h>

namespace breakwater::config {
namespace {

TEST(Addresses, AreIpLiteralsOrLocalhostWithAPort) {
    EXPECT_EQ(to_string(parse_address("127.0.0.1:8080").value()), "127.0.0.1:8080");
    EXPECT_EQ(to_string(parse_address("[::1]:80").value()), "[::1]:80");
    EXPECT_EQ(to_string(parse_address("localhost:0").value()), "localhost:0");
    EXPECT_EQ(to_string(parse_address(":8080").value()), "0.0.0.0:8080");
    for (const char* text : {"", "8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "1.2.3:80",
                             "[::1]", "[1.2.3.4]:80", "::1:80", "example.com:80", "http://127.0.0.1:80", " :80"}) {
        EXPECT_FALSE(parse_address(text).has_value()) << text;
    }
}

TEST(Addresses, ClashOnOnePortWhenOneCoversTheOther) {
    const auto at = [](const char* text) { return parse_address(text).value(); };
    EXPECT_TRUE(clash(at("127.0.0.1:80"), at("localhost:80")));
    EXPECT_TRUE(clash(at(":80"), at("10.0.0.1:80")));
    EXPECT_FALSE(clash(at("127.0.0.1:80"), at("127.0.0.1:81")));
    EXPECT_FALSE(clash(at("127.0.0.1:80"), at("127.0.0.2:80")));
    EXPECT_FALSE(clash(at("127.0.0.1:0"), at("127.0.0.1:0"))) << "the system chooses two different ports";
}

TEST(Addresses, KnowLoopback) {
    const auto loopback = [](const char* text) { return is_loopback(parse_address(text).value()); };
    EXPECT_TRUE(loopback("127.0.0.1:1"));
    EXPECT_TRUE(loopback("127.9.9.9:1"));
    EXPECT_TRUE(loopback("[::1]:1"));
    EXPECT_TRUE(loopback("localhost:1"));
    EXPECT_FALSE(loopback(":1"));
    EXPECT_FALSE(loopback("[::]:1"));
    EXPECT_FALSE(loopback("10.0.0.1:1"));
}

TEST(BaseUrl, IsHttpWithAHostAndNothingThatCouldRedirectIt) {
    EXPECT_EQ(parse_base_url("https://api.example.com/v1/"), "https://api.example.com/v1");
    EXPECT_EQ(parse_base_url("http://127.0.0.1:8000/v1"), "http://127.0.0.1:8000/v1");
    EXPECT_EQ(parse_base_url("http://[::1]:8000"), "http://[::1]:8000");
    EXPECT_EQ(parse_base_url("https://vllm_1:8000/v1"), "https://vllm_1:8000/v1");
    for (const char* text :
         {"", "https://", "api.example.com", "ftp://a", "https://u@a/", "https://u:p@a", "https://a?b", "https://a#b",
          "https://a b", "https://a:0/", "https://a:99999", "https://a:x", "https://[::1", "https://[zz]/",
          "https://-a", "https://a\n", "https://a/v1/chat/completions", "https:///v1", "https://:80"}) {
        EXPECT_FALSE(parse_base_url(text).has_value()) << text;
    }
}

}  // namespace
}  // namespace breakwater::config
