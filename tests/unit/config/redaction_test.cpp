#include "config/redaction.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test_environment.hpp"

// What a problem shows of the file: enough to find the place, and nothing of a credential.
namespace breakwater::config {
namespace {

using testing::HasSubstr;
using testing::Not;

/// All that a run shows of the problems of a file.
std::string shown_of(const std::string& text) {
    const test::TestWorld world;
    const auto config = load_text(text, "t.yaml", world.environment());
    std::string shown;
    if (!config) {
        for (const Problem& problem : config.error()) shown += to_string(problem);
    }
    return shown;
}

std::string with_provider(const std::string& members) {
    return "version: 1\nproviders:\n  a: { dialect: openai, " + members + " }\n";
}

struct Case {
    const char* name;
    std::string text;
};

TEST(Redaction, ShowsNoCredentialWhereverItWasPut) {
    const std::string key = "R4nd0mVa1ue";
    const std::string block = "version: 1\nproviders:\n  a:\n    dialect: opnai\n";
    const Case cases[] = {
        {"misspelt key", with_provider("api_keyy: \"" + key + "\"")},
        {"another tool's key", with_provider("apiKey: " + key)},
        {"JSON style", "{\"version\":1,\"providers\":{\"a\":{\"dialect\":\"openai\",\"api_keyy\":\"" + key + "\"}}}"},
        {"no blank after the colon", with_provider("api_key:" + key)},
        {"equals sign", with_provider("api_key=" + key)},
        {"key twice, no blank", with_provider("token:" + key + ", token:" + key)},
        {"a list", with_provider("api_key: [" + key + "]")},
        {"a list over lines", block + "    api_key:\n      - " + key + "\n      - [" + key + "]\n"},
        {"a map", with_provider("api_key: { x: " + key + " }")},
        {"a block text", block + "    api_keyy: |\n      " + key + "\n"},
        {"on the next line", block + "    api_key:\n      not good " + key + "\n"},
        {"default of a reference", with_provider("api_keyy: \"${NOT_SET:-" + key + "}\"")},
        {"password in a URL", with_provider("base_url: \"http://user:" + key + "@host/v1\"")},
        {"password in an unquoted URL", with_provider("base_url: http://user:" + key + "@host/v1")},
        {"long password in a URL", with_provider("base_url: http://user:" + key + std::string(80, 'x') + "@host/v1")},
        {"password without a scheme", with_provider("base_url: user:" + key + "@host")},
        {"key in a query", with_provider("base_url: \"http://host/v1?key=" + key + "\"")},
        {"header with an escape", with_provider("headers: { Authorization: \"Bearer " + key + "\\r\\n\" }")},
        {"header of any name", with_provider("headers: { X-Team: \"" + key + "\\r\\n\" }")},
        {"bad header name", with_provider("headers: { \"X Auth\": " + key + " }")},
        {"header list", with_provider("headers: { X-Team: [" + key + "] }")},
        {"header in block style", block + "    headers:\n      X Team: Bearer, " + key + "\n"},
        {"alias of a credential", with_provider("api_key: &k " + key + ", base_url: *k")},
        {"syntax error", block + "    api_keyy: " + key + ": x\n"},
    };
    for (const Case& c : cases) {
        const std::string shown = shown_of(c.text);
        EXPECT_NE(shown, "") << c.name << ": no problem was reported";
        EXPECT_THAT(shown, Not(HasSubstr(key))) << c.name;
    }
}

TEST(Redaction, ShowsVendorsKeysNowhere) {
    const std::string key = "sk-proj-abcdefghijk";
    EXPECT_THAT(shown_of("version: 1\nproviders: { openai: " + key + " }\n"), Not(HasSubstr("abcdef")));
    EXPECT_THAT(shown_of("version: 1\nkeys: [" + key + "]\nproviders: { sim: { dialect: sim } }\n"),
                Not(HasSubstr("abcdef")));
}

TEST(Redaction, CoversShortHeaderValuesAndNothingElse) {
    const std::string shown = shown_of(with_provider("headers: { Host: a }"));

    EXPECT_THAT(shown, HasSubstr("  3 |   a: { dialect: openai, headers: { Host: * } }\n"));
}

TEST(Redaction, KeepsTheColumnsOfWhatItCovers) {
    const std::string shown = shown_of(with_provider("api_keyy: \"gehäimnis\", seed: 1"));

    EXPECT_THAT(shown, HasSubstr("  3 |   a: { dialect: openai, api_keyy: \"*********\", seed: 1 }\n"
                                 "    |                                                ^\n"));
}

TEST(Redaction, LeavesWhatIsNoCredential) {
    for (const char* line : {"    timeouts: { first_token: 6 }", "keys: nobody", "  first_token: { p50: 5 }",
                             "  api_keyy: ${OPENAI_API_KEY}", "  api_keyy: \"${A:?say it}\"  # of the team",
                             "  api_keyy: file:/run/secrets/openai", "routes: { monkey: { candidates: [turkey-1] } }",
                             "  - { name: team-token, sha256: 12 }", "prompt_cache_key: absent"}) {
        std::string shown = line;
        cover_secrets(shown);
        EXPECT_EQ(shown, line);
    }
}

TEST(Redaction, EscapesWhatWouldMoveATerminal) {
    EXPECT_EQ(printable("a\nb\x1b[31m\x7f\xC2\x9B ä"), "a\\nb\\x1b[31m\\x7f\\x9b ä");
}

// The work must not grow with the square of the line: ctest would give up on it.
TEST(Redaction, ManagesOneLineFullOfSecrets) {
    std::string text = "version: 1\nproviders: { a: { dialect: opnai, headers: { ";
    for (int i = 0; i < 12'000; ++i)
        text += "\"bad " + std::to_string(i) + "\": secret-value-" + std::to_string(i) + ", ";

    EXPECT_THAT(shown_of(text + "} } }\n"), Not(HasSubstr("secret-value")));
}

}  // namespace
}  // namespace breakwater::config
