#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <random>

#include "test_environment.hpp"

// Whatever the bytes are, loading ends in a configuration or in problems with places inside of the file, and soon.
namespace breakwater::config {
namespace {

std::string example() {
    return test::file_content(std::string(BREAKWATER_SOURCE_DIR) + "/config/breakwater.example.yaml").value();
}

void expect_sane(const std::string& text) {
    const test::TestWorld world;
    const auto config = load_text(text, "t.yaml", world.environment());
    if (config) return;
    ASSERT_FALSE(config.error().empty());
    const auto lines = std::ranges::count(text, '\n') + 1;
    Mark last{};
    for (const Problem& problem : config.error()) {
        EXPECT_FALSE(problem.message.empty());
        EXPECT_LE(problem.mark.line, lines);
        // Only the count of problems that are not shown has no place; it stands last.
        EXPECT_TRUE(problem.mark.line >= last.line || (problem.mark.line == 0 && &problem == &config.error().back()));
        last = problem.mark;
        EXPECT_FALSE(to_string(problem).empty());
    }
}

TEST(Robustness, SurvivesTruncationAtEveryByte) {
    const std::string path = std::string(BREAKWATER_FIXTURES) + "/config/good/references.yaml";
    const std::string small = test::file_content(path).value();
    for (std::size_t end = 0; end < small.size(); ++end) expect_sane(small.substr(0, end));
    const std::string large = example();
    for (std::size_t end = 0; end < large.size(); end += 7) expect_sane(large.substr(0, end));
}

TEST(Robustness, SurvivesChangedBytes) {
    constexpr unsigned kSeed = 20261125;
    std::mt19937 random(kSeed);
    const std::string text = example();
    constexpr std::string_view kBytes = "{}[]:,#&*!|>'\"%@`-?\t\n\r \\$~0a\x80\xff";
    for (int round = 0; round < 600; ++round) {
        std::string changed = text;
        for (int i = 0; i < 3; ++i) changed[random() % changed.size()] = kBytes[random() % kBytes.size()];
        SCOPED_TRACE(testing::Message() << "seed " << kSeed << " round " << round);
        expect_sane(changed);
    }
}

TEST(Robustness, SurvivesPathologicalFiles) {
    expect_sane(std::string(100'000, '['));
    expect_sane(std::string(100'000, '{'));
    expect_sane(std::string(500'000, ' '));
    expect_sane(std::string(1'000, '\0'));
    expect_sane("version: 1\nproviders: { a: { dialect: sim, " + std::string(200'000, 'x') + ": 1 } }\n");
    std::string many = "version: 1\nproviders: { sim: { dialect: sim } }\nroutes:\n";
    for (int i = 0; i < 3000; ++i)
        many += "  r" + std::to_string(i) + ": { candidates: [none" + std::to_string(i) + "] }\n";
    expect_sane(many);
}

TEST(Robustness, NeedsFewMillisecondsForAnOrdinaryFile) {
    const test::TestWorld world;
    const std::string text = example();
    (void)load_text(text, "t.yaml", world.environment());

    const auto start = std::chrono::steady_clock::now();
    const auto config = load_text(text, "t.yaml", world.environment());
    const auto took = std::chrono::steady_clock::now() - start;

    EXPECT_TRUE(config.has_value());
    // A sanitised debug build on a busy machine; a release build needs about a hundredth.
    EXPECT_LT(took, std::chrono::milliseconds(500));
}

}  // namespace
}  // namespace breakwater::config
