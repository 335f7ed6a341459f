#include "breakwater/base/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace breakwater {
namespace {

constexpr int kDraws = 20'000;

TEST(Rng, RepeatsItselfForASeedAndDiffersForAnother) {
    Rng a(7);
    Rng b(7);
    Rng c(8);
    bool differs = false;
    for (int i = 0; i < 100; ++i) {
        const auto value = a.next();
        EXPECT_EQ(value, b.next());
        differs = differs || value != c.next();
    }
    EXPECT_TRUE(differs);
}

TEST(Rng, DrawsUniformlyBelowOne) {
    Rng rng(0);
    double sum = 0;
    for (int i = 0; i < kDraws; ++i) {
        const double value = rng.uniform();
        ASSERT_GE(value, 0.0);
        ASSERT_LT(value, 1.0);
        sum += value;
    }
    EXPECT_NEAR(sum / kDraws, 0.5, 0.02);
}

TEST(Rng, DrawsEveryValueBelowABound) {
    Rng rng(1);
    std::array<int, 6> counts{};
    for (int i = 0; i < kDraws; ++i) ++counts.at(rng.below(counts.size()));
    for (const int count : counts) EXPECT_NEAR(count, kDraws / 6, 300);
    EXPECT_EQ(rng.below(1), 0u);
}

TEST(Rng, DrawsNormalDeviates) {
    Rng rng(2);
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < kDraws; ++i) {
        const double value = rng.normal();
        sum += value;
        squares += value * value;
    }
    EXPECT_NEAR(sum / kDraws, 0.0, 0.03);
    EXPECT_NEAR(squares / kDraws, 1.0, 0.05);
}

TEST(Rng, MakesIdsOfLettersAndDigits) {
    Rng rng(3);
    std::set<std::string> ids;
    std::set<char> characters;
    for (int i = 0; i < 1000; ++i) {
        const std::string id = rng.base62(24);
        ASSERT_EQ(id.size(), 24u);
        characters.insert(id.begin(), id.end());
        ids.insert(id);
    }
    EXPECT_EQ(ids.size(), 1000u);
    EXPECT_EQ(characters.size(), 62u);
    EXPECT_TRUE(std::ranges::all_of(characters, [](char c) { return std::isalnum(static_cast<unsigned char>(c)); }));
    EXPECT_EQ(rng.base62(0), "");
}

TEST(Fnv1a, MatchesThePublishedVectors) {
    EXPECT_EQ(fnv1a(""), 0xcbf29ce484222325u);
    EXPECT_EQ(fnv1a("a"), 0xaf63dc4c8601ec8cu);
    EXPECT_EQ(fnv1a("foobar"), 0x85944171f73967e8u);
}

}  // namespace
}  // namespace breakwater
