#include "config/preset_texts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "breakwater/config/presets.hpp"
#include "config/presets_text.hpp"

namespace breakwater::config {
namespace {

constexpr std::string_view kText = R"(# A comment, and a name: that is none
version: 1
providers:
  first:
    dialect: openai
    quirks: { rerank: none,
              images: false }
  # Between them.
  second-2:
    capabilities:
      features: { prediction: absent })";

TEST(PresetTexts, AreWhatStandsBelowEachName) {
    const std::vector<PresetText> presets = split_presets(kText);

    ASSERT_EQ(presets.size(), 2u);
    EXPECT_EQ(presets[0].name, "first");
    EXPECT_EQ(as_configuration(presets[0]), R"(version: 1
providers:
  first:
    dialect: openai
    quirks: { rerank: none,
              images: false }
  # Between them.
)");
    EXPECT_EQ(presets[1].name, "second-2");
    EXPECT_TRUE(presets[1].lines.ends_with("features: { prediction: absent }"));
}

TEST(PresetTexts, AreNoneWithoutNames) {
    EXPECT_THAT(split_presets(""), testing::IsEmpty());
    EXPECT_THAT(split_presets("\n"), testing::IsEmpty());
    EXPECT_THAT(split_presets("version: 1\nproviders:\n"), testing::IsEmpty());
}

// One that cannot be read has no dialect.
TEST(PresetTexts, OfTheFileCanBeReadOneByOne) {
    for (const PresetText& text : split_presets(presets_text()))
        EXPECT_NE(find_preset(text.name)->dialect, "") << text.name;
}

}  // namespace
}  // namespace breakwater::config
