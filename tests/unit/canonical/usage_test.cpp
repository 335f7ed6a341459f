#include "breakwater/canonical/usage.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace breakwater {
namespace {

constexpr auto kMost = std::numeric_limits<std::int64_t>::max();

TEST(Usage, AddsWhatIsKnownOfThePrompt) {
    EXPECT_FALSE(Usage{}.prompt_total());
    EXPECT_EQ((Usage{.cache_read = 3}).prompt_total(), 3);
    EXPECT_EQ((Usage{.input_uncached = 1, .cache_read = 2, .cache_write = 4}).prompt_total(), 7);
    EXPECT_EQ((Usage{.input_uncached = 1, .cache_write = 4, .cache_write_1h = 4}).prompt_total(), 5)
        << "of cache_write";
}

TEST(Usage, HasATotalOnlyWhenBothSidesAreKnown) {
    EXPECT_FALSE((Usage{.input_uncached = 1}).total());
    EXPECT_FALSE((Usage{.output = 1}).total());
    EXPECT_EQ((Usage{.input_uncached = 1, .output = 2, .reasoning = 2}).total(), 3);
    EXPECT_EQ((Usage{.input_uncached = 0, .output = 0}).total(), 0);
}

TEST(Usage, SaturatesInsteadOfOverflowing) {
    EXPECT_EQ((Usage{.input_uncached = kMost, .cache_read = kMost, .output = kMost}).total(), kMost);
}

TEST(Usage, NormalisesWhatContradictsItself) {
    Usage usage{.input_uncached = -4, .output = 10, .reasoning = 12};
    usage.normalise();
    EXPECT_EQ(usage, (Usage{.input_uncached = 0, .output = 10, .reasoning = 10}));
    Usage written{.cache_write = 3, .cache_write_1h = 4};
    written.normalise();
    EXPECT_EQ(written, (Usage{.cache_write = 3, .cache_write_1h = 3}));
    Usage unknown{.reasoning = 12};
    unknown.normalise();
    EXPECT_EQ(unknown, (Usage{.reasoning = 12}));
}

TEST(Usage, MergesRunningTotalsFieldByField) {
    Usage usage{.input_uncached = 5, .cache_read = 1, .output = 1};
    usage.merge({.output = 7, .reasoning = 2});
    EXPECT_EQ(usage, (Usage{.input_uncached = 5, .cache_read = 1, .output = 7, .reasoning = 2}));
    usage.merge({});
    EXPECT_EQ(usage.output, 7);
}

TEST(Usage, StaysMarkedWhileAnEstimateIsLeft) {
    Usage usage{.input_uncached = 5, .output = 5, .estimated = true};
    usage.merge({.output = 7});
    EXPECT_TRUE(usage.estimated);
    usage.merge({.input_uncached = 6, .output = 7});
    EXPECT_FALSE(usage.estimated);
    usage.merge({.output = 8, .estimated = true});
    EXPECT_TRUE(usage.estimated);
    usage.merge({});
    EXPECT_TRUE(usage.estimated);
}

TEST(Usage, AddsUpWhatSeveralCallsUsed) {
    Usage usage{.input_uncached = 5, .output = 1};
    usage.add({.input_uncached = 6, .cache_read = 2, .output = 3, .estimated = true});
    EXPECT_EQ(usage, (Usage{.input_uncached = 11, .cache_read = 2, .output = 4, .estimated = true}));
    usage.add({.output = kMost});
    EXPECT_EQ(usage.output, kMost);
    EXPECT_TRUE(usage.estimated);
}

}  // namespace
}  // namespace breakwater
