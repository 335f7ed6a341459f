#include "config/references.hpp"

#include <gtest/gtest.h>

#include "config/secrets.hpp"

namespace breakwater::config {
namespace {

std::optional<std::string> variable(const std::string& name) {
    if (name == "A") return "value";
    if (name == "EMPTY") return "";
    return std::nullopt;
}

std::string expand(std::string_view text) {
    const auto expanded = expand_references(text, variable);
    return expanded ? *expanded : "problem: " + expanded.error().message;
}

TEST(References, AreReplacedByVariables) {
    EXPECT_EQ(expand("${A}"), "value");
    EXPECT_EQ(expand("x-${A}-${A}-y"), "x-value-value-y");
    EXPECT_EQ(expand("${EMPTY}"), "");
    EXPECT_EQ(expand("plain"), "plain");
}

TEST(References, FallBackWhenUnsetOrEmpty) {
    EXPECT_EQ(expand("${B:-other}"), "other");
    EXPECT_EQ(expand("${EMPTY:-other}"), "other");
    EXPECT_EQ(expand("${A:-other}"), "value");
    EXPECT_EQ(expand("${B:-}"), "");
    EXPECT_EQ(expand("${B:-http://127.0.0.1:80/x}"), "http://127.0.0.1:80/x");
}

TEST(References, KeepDollarsThatAreNotReferences) {
    EXPECT_EQ(expand("$$"), "$");
    EXPECT_EQ(expand("$${A}"), "${A}");
    EXPECT_EQ(expand("pa$word$"), "pa$word$");
}

TEST(References, FailWithTheNameOfTheVariable) {
    EXPECT_EQ(expand("${B}"), "problem: the variable B is not set");
    EXPECT_EQ(expand("${B:?say it}"), "problem: the variable B is not set: say it");
    EXPECT_EQ(expand("${EMPTY:?say it}"), "problem: the variable EMPTY is not set: say it");
}

TEST(References, FailWhenMalformed) {
    for (const char* text : {"${", "${A", "${}", "${1}", "${A B}", "${A:+x}", "${A:}", "${A-x}", "${A:-${B}}"}) {
        EXPECT_TRUE(expand(text).starts_with("problem: ")) << text << " gave " << expand(text);
    }
}

TEST(References, DoNotRepeatAKeyThatWasPutBetweenTheBraces) {
    EXPECT_EQ(expand("${sk-proj-canary}").find("canary"), std::string::npos);
}

TEST(Secrets, AreRefusedWhenTheyCannotBeReal) {
    for (const char* value : {"", "   ", "sk-1234", "changeme", "ChangeMe123", "your-key", "your_api_key_here",
                              "<your key>", "<api-key>", "abc1234", "xxxxxxxxxxxx", "********", "sk-...",
                              "line\nbreak-in-it", "blank in the key", "sk-placeholder-1", "key\x01with-control"}) {
        EXPECT_TRUE(secret_fault(value).has_value()) << value;
    }
}

TEST(Secrets, AreAcceptedWhenTheyLookReal) {
    for (const char* value : {"sk-proj-AbCdEf0123456789", "gsk_0123456789abcdef", "8charkey", "hf_QWERTYuiop"}) {
        EXPECT_FALSE(secret_fault(value).has_value()) << value;
    }
}

TEST(Secrets, HaveFilesRelativeToTheConfiguration) {
    EXPECT_EQ(resolve_path("key", "/etc/bw/conf.yaml"), "/etc/bw/key");
    EXPECT_EQ(resolve_path("/run/key", "/etc/bw/conf.yaml"), "/run/key");
    EXPECT_EQ(resolve_path("key", "conf.yaml"), "key");
}

}  // namespace
}  // namespace breakwater::config
