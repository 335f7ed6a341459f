#include "breakwater/catalog/model.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

constexpr Price kPrice{.input = 3, .cached = 0.3, .cache_write = 3.75, .output = 15, .reasoning = 20};

TEST(CostUsd, AddsTheClassesAtTheirOwnPrices) {
    const Usage usage{.input_uncached = 1'000'000,
                      .cache_read = 2'000'000,
                      .cache_write = 400'000,
                      .output = 500'000,
                      .reasoning = 100'000};
    // 3 + 0.6 + 1.5 + 0.4 x 15 + 0.1 x 20
    EXPECT_DOUBLE_EQ(cost_usd(kPrice, usage).value(), 13.1);
}

TEST(CostUsd, WhatIsKeptForAnHourHasItsOwnPrice) {
    const Usage usage{.input_uncached = 0, .cache_write = 1'000'000, .cache_write_1h = 400'000, .output = 0};
    EXPECT_DOUBLE_EQ(cost_usd({.input = 1, .cache_write = 1.25, .cache_write_1h = 2, .output = 5}, usage).value(),
                     0.75 + 0.8);
    EXPECT_DOUBLE_EQ(cost_usd({.input = 1, .cache_write = 1.25, .output = 5}, usage).value(), 1.25);
    EXPECT_DOUBLE_EQ(cost_usd({.input = 1, .output = 5}, usage).value(), 1.0);
}

TEST(CostUsd, MissingCachePricesCountAsInputAndMissingReasoningAsOutput) {
    const Price price{.input = 2, .output = 10};
    const Usage usage{.input_uncached = 100'000,
                      .cache_read = 100'000,
                      .cache_write = 100'000,
                      .output = 100'000,
                      .reasoning = 50'000};
    EXPECT_DOUBLE_EQ(cost_usd(price, usage).value(), 0.6 + 1.0);
}

TEST(CostUsd, UnknownCacheAndReasoningCountsAreNone) {
    EXPECT_DOUBLE_EQ(cost_usd(kPrice, {.input_uncached = 1'000'000, .output = 1'000'000}).value(), 18);
}

TEST(CostUsd, IsUnknownWithoutTheMainCounts) {
    EXPECT_EQ(cost_usd(kPrice, {}), std::nullopt);
    EXPECT_EQ(cost_usd(kPrice, {.input_uncached = 10}), std::nullopt);
    EXPECT_EQ(cost_usd(kPrice, {.output = 10}), std::nullopt);
    EXPECT_EQ(cost_usd(kPrice, {.cache_read = 5, .output = 10}), std::nullopt);
}

TEST(CostUsd, IsUnknownWithoutAPriceItNeeds) {
    const Usage usage{.input_uncached = 10, .output = 10};
    EXPECT_EQ(cost_usd({}, usage), std::nullopt);
    EXPECT_EQ(cost_usd({.input = 1}, usage), std::nullopt);
    EXPECT_EQ(cost_usd({.output = 1}, usage), std::nullopt);
}

TEST(CostUsd, NeedsNoPriceForAClassWithoutTokens) {
    EXPECT_DOUBLE_EQ(cost_usd({.input = 0.02}, {.input_uncached = 1'000'000, .output = 0}).value(), 0.02);
    EXPECT_DOUBLE_EQ(cost_usd({.input = 0, .output = 0}, {.input_uncached = 7, .output = 9}).value(), 0);
}

TEST(CostUsd, ReasoningBeyondTheOutputIsCutToIt) {
    const Usage usage{.input_uncached = 0, .output = 100'000, .reasoning = 900'000};
    EXPECT_DOUBLE_EQ(cost_usd(kPrice, usage).value(), 2.0);
}

TEST(ModelMode, IsFoundByItsWord) {
    for (const ModelMode mode : {ModelMode::chat, ModelMode::embedding, ModelMode::rerank, ModelMode::moderation,
                                 ModelMode::image, ModelMode::speech, ModelMode::transcription, ModelMode::realtime}) {
        EXPECT_EQ(model_mode_from(to_string(mode)), mode);
    }
    EXPECT_EQ(model_mode_from("picture"), std::nullopt);
}

}  // namespace
}  // namespace breakwater
