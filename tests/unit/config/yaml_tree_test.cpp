#include "config/yaml_tree.hpp"

#include <gtest/gtest.h>

#include "test_environment.hpp"

namespace breakwater::config {
namespace {

struct Parsed {
    SourceText source;
    Problems problems;
    YamlTree tree;

    explicit Parsed(std::string_view text)
        : source(text), problems("t.yaml", source), tree(parse_yaml(source, problems)) {}
    std::string summary() { return test::summary(problems.take()); }
};

std::pair<int, int> place(Mark mark) {
    return {mark.line, mark.column};
}

TEST(YamlTree, KeepsMarksOfKeysAndValues) {
    Parsed parsed("a: 1\nb:\n  - x\n  - { c: d }\n");

    const auto& root = *parsed.tree.root;
    ASSERT_EQ(root.entries.size(), 2u);
    EXPECT_EQ(place(root.entries[0].key_mark), std::pair(1, 1));
    EXPECT_EQ(place(root.find("a")->mark), std::pair(1, 4));
    EXPECT_EQ(place(root.find("b")->items[1]->find("c")->mark), std::pair(4, 10));
    EXPECT_EQ(parsed.summary(), "");
}

TEST(YamlTree, MarksAMissingValueAtItsKey) {
    Parsed parsed("a:\n  b:\n  c: 1\n");

    EXPECT_EQ(place(parsed.tree.root->find("a")->find("b")->mark), std::pair(2, 3));
}

TEST(YamlTree, SharesAliasedNodes) {
    Parsed parsed("a: &x { k: v }\nb: *x\n");

    EXPECT_EQ(parsed.tree.root->find("a"), parsed.tree.root->find("b"));
    EXPECT_EQ(parsed.summary(), "");
}

TEST(YamlTree, KeepsWhatCameBeforeASyntaxError) {
    Parsed parsed("a: { b: c }\nd:\n  e: f\n g: h\n");

    EXPECT_FALSE(parsed.tree.complete);
    ASSERT_NE(parsed.tree.root, nullptr);
    EXPECT_EQ(parsed.tree.root->find("a")->find("b")->text, "c");
    EXPECT_EQ(parsed.tree.root->find("d")->find("e")->text, "f");
    EXPECT_NE(parsed.summary().find("4:2:"), std::string::npos);
}

TEST(YamlTree, CountsAliasesAsWhatTheyStandFor) {
    std::string text = "a0: &a0 [1,1,1,1,1,1,1,1]\n";
    for (int i = 1; i < 12; ++i) {
        const std::string below = "*a" + std::to_string(i - 1);
        text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + below + "," + below + "," + below + "," +
                below + "]\n";
    }

    Parsed parsed(text);

    EXPECT_FALSE(parsed.tree.complete);
    EXPECT_NE(parsed.summary().find("more than 50000 values"), std::string::npos);
    EXPECT_LT(parsed.tree.nodes.size(), 200u);
}

TEST(YamlTree, CountsTheDepthBehindAliases) {
    std::string text = "a0: &a0 [1]\n";
    for (int i = 1; i < 120; ++i)
        text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";

    Parsed parsed(text);

    EXPECT_NE(parsed.summary().find("nested more than 100 levels deep"), std::string::npos);
}

TEST(SourceText, HasTheSameLinesForEveryLineEnd) {
    EXPECT_EQ(SourceText("a\r\nb\r\n").text(), "a\nb\n");
    EXPECT_EQ(SourceText("\xEF\xBB\xBF"
                         "a")
                  .text(),
              "a");
    EXPECT_EQ(SourceText("a\nb").line(2), "b");
    EXPECT_EQ(SourceText("a\nb").line(3), "");
}

TEST(Problems, AreShownWithLineAndCaretUnderTheColumn) {
    const Problem problem{"a.yaml", {12, 3}, "unknown key `timeout`", "did you mean `timeouts`?", "  timeout: 5s"};

    EXPECT_EQ(to_string(problem),
              "a.yaml:12:3: unknown key `timeout`\n"
              "  12 |   timeout: 5s\n"
              "     |   ^\n"
              "  help: did you mean `timeouts`?\n");
}

TEST(Problems, CoverLiteralCredentialsInTheirLines) {
    const auto problems = load_text(
        "version: 1\nproviders:\n  a: { dialect: openai, api_key: sk-proj-canary99, headers: { X-Auth: canary-header "
        "}, oops: 1 }\n",
        "t.yaml", test::TestWorld{}.environment());

    ASSERT_FALSE(problems.has_value());
    const std::string text = to_string(problems.error().front());
    EXPECT_EQ(text.find("canary"), std::string::npos) << text;
    EXPECT_NE(text.find("dialect: openai"), std::string::npos) << text;
}

TEST(Problems, CoverCredentialsBehindASyntaxError) {
    const auto problems =
        load_text("version: 1\nproviders:\n  a: { dialect: openai, api_key: \"sk-proj-canary99\" x }\n", "t.yaml",
                  test::TestWorld{}.environment());

    ASSERT_FALSE(problems.has_value());
    for (const Problem& problem : problems.error())
        EXPECT_EQ(to_string(problem).find("canary"), std::string::npos) << to_string(problem);
}

}  // namespace
}  // namespace breakwater::config
