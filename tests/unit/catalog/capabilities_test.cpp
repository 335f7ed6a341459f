#include "breakwater/catalog/capabilities.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "breakwater/catalog/capability_keys.hpp"

namespace breakwater {
namespace {

using ::testing::ElementsAre;

TEST(CapabilityWords, EveryFeatureAndParameterIsFoundByItsOwnWord) {
    std::set<std::string_view> words;
    for (std::size_t i = 0; i < kFeatureCount; ++i) {
        const auto feature = static_cast<Feature>(i);
        EXPECT_FALSE(to_string(feature).empty());
        EXPECT_EQ(feature_from(to_string(feature)), feature);
        EXPECT_TRUE(words.insert(to_string(feature)).second) << to_string(feature);
    }
    words.clear();
    for (std::size_t i = 0; i < kParameterCount; ++i) {
        const auto parameter = static_cast<Parameter>(i);
        EXPECT_FALSE(to_string(parameter).empty());
        EXPECT_EQ(parameter_from(to_string(parameter)), parameter);
        EXPECT_TRUE(words.insert(to_string(parameter)).second) << to_string(parameter);
    }
}

TEST(CapabilityWords, UnknownWordsAreNotFound) {
    EXPECT_EQ(feature_from("tool"), std::nullopt);
    EXPECT_EQ(feature_from(""), std::nullopt);
    EXPECT_EQ(parameter_from("Temperature"), std::nullopt);
    EXPECT_EQ(support_from("unknown"), std::nullopt);
    EXPECT_EQ(support_from("emulated"), Support::emulated);
}

TEST(CapabilityWords, RuleMembersAreTheMembersOfParameterRule) {
    std::vector<std::string_view> names;
    for (const RuleMember& member : rule_members()) names.push_back(member.name);
    EXPECT_THAT(names, ElementsAre("support", "min", "max", "count_max", "values", "refused_while_reasoning",
                                   "essential", "excludes"));
    EXPECT_THAT(support_words(), ElementsAre("native", "emulated", "absent"));
}

TEST(Capabilities, UnknownFeaturesCountAsSupported) {
    Capabilities map;
    EXPECT_EQ(map.feature(Feature::tools), Support::unknown);
    EXPECT_TRUE(map.supports(Feature::tools));
    map.set(Feature::tools, Support::emulated);
    EXPECT_TRUE(map.supports(Feature::tools));
    map.set(Feature::tools, Support::absent);
    EXPECT_FALSE(map.supports(Feature::tools));
}

TEST(Capabilities, OverlayReplacesOnlyWhatTheUpperMapStates) {
    Capabilities lower;
    lower.set(Feature::tools, Support::native);
    lower.set(Feature::json_schema, Support::native);
    Capabilities upper;
    upper.set(Feature::json_schema, Support::absent);

    lower.overlay(upper);

    EXPECT_EQ(lower.feature(Feature::tools), Support::native);
    EXPECT_EQ(lower.feature(Feature::json_schema), Support::absent);
    EXPECT_EQ(lower.feature(Feature::web_search), Support::unknown);
}

TEST(Capabilities, OverlayReplacesTheMembersOfARuleOneByOne) {
    Capabilities lower;
    lower.rule(Parameter::temperature) = {.support = Support::native,
                                          .min = 0,
                                          .max = 2,
                                          .count_max = 4,
                                          .values = {"a"},
                                          .refused_while_reasoning = true,
                                          .essential = true,
                                          .excludes = {"top_k"}};
    Capabilities upper;
    upper.rule(Parameter::temperature) = {.max = 1, .excludes = {"top_p"}};

    lower.overlay(upper);

    const ParameterRule expected{.support = Support::native,
                                 .min = 0,
                                 .max = 1,
                                 .count_max = 4,
                                 .values = {"a"},
                                 .refused_while_reasoning = true,
                                 .essential = true,
                                 .excludes = {"top_p"}};
    EXPECT_EQ(lower.rule(Parameter::temperature), expected);
}

TEST(Capabilities, OverlayTakesBackAFlagThatTheUpperMapStatesAsFalse) {
    Capabilities lower;
    lower.rule(Parameter::temperature) = {.refused_while_reasoning = true, .essential = true};
    Capabilities upper;
    upper.rule(Parameter::temperature) = {.refused_while_reasoning = false};

    lower.overlay(upper);

    EXPECT_FALSE(lower.rule(Parameter::temperature).refused_while_reasoning);
    EXPECT_TRUE(lower.rule(Parameter::temperature).essential);
}

TEST(Capabilities, OverlayWithAnEmptyMapChangesNothing) {
    Capabilities map;
    map.set(Feature::tools, Support::emulated);
    map.rule(Parameter::stop) = {.support = Support::native, .count_max = 4};
    const Capabilities before = map;
    map.overlay({});
    EXPECT_EQ(map, before);
}

}  // namespace
}  // namespace breakwater
