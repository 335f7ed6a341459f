#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "breakwater/base/strings.hpp"
#include "test_environment.hpp"

// Every tests/fixtures/config/bad/*.yaml has a sibling .expected with the problems that a run must report: all of them,
// in this order, each as `line:column: part of the message`.
namespace breakwater::config {
namespace {

std::vector<std::string> bad_files() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(std::string(BREAKWATER_FIXTURES) + "/config/bad")) {
        if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
    }
    std::ranges::sort(names);
    return names;
}

std::string path_of(const std::string& name, const char* extension) {
    return std::string(BREAKWATER_FIXTURES) + "/config/bad/" + name + extension;
}

/// `line:column:` and the rest behind the blank.
std::pair<std::string_view, std::string_view> place_and_text(std::string_view line) {
    const std::size_t end = line.find(": ");
    return {line.substr(0, end), line.substr(end + 2)};
}

class BadFile : public testing::TestWithParam<std::string> {};

TEST_P(BadFile, ReportsEveryProblemAtItsPlace) {
    const test::TestWorld world;
    const std::string expected_text = test::file_content(path_of(GetParam(), ".expected")).value();

    const auto start = std::chrono::steady_clock::now();
    const auto config = load_file(path_of(GetParam(), ".yaml"), world.environment());
    const auto took = std::chrono::steady_clock::now() - start;

    ASSERT_FALSE(config.has_value());
    const std::string actual_text = test::summary(config.error());
    const auto expected = split(trim(expected_text), '\n');
    const auto actual = split(trim(actual_text), '\n');
    ASSERT_EQ(actual.size(), expected.size()) << actual_text;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const auto [place, text] = place_and_text(expected[i]);
        EXPECT_EQ(place_and_text(actual[i]).first, place) << actual_text;
        EXPECT_NE(actual[i].find(text), std::string_view::npos) << "expected: " << text << "\nin: " << actual[i];
    }
    EXPECT_LT(took, std::chrono::seconds(2));
}

TEST_P(BadFile, ShowsNoSecretAndNoExpandedValue) {
    const test::TestWorld world;

    const auto config = load_file(path_of(GetParam(), ".yaml"), world.environment());

    ASSERT_FALSE(config.has_value());
    for (const Problem& problem : config.error()) {
        const std::string text = to_string(problem);
        for (const char* secret :
             {"sk-proj-0123456789", "sk-ant-0123456789", "/home/canary", "sk-1234", "your-key-goes-here"}) {
            EXPECT_EQ(text.find(secret), std::string::npos) << text;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Fixtures, BadFile, testing::ValuesIn(bad_files()),
                         [](const auto& info) { return info.param; });

TEST(BadFiles, AreManyEnough) {
    EXPECT_GE(bad_files().size(), 45u);
}

}  // namespace
}  // namespace breakwater::config
