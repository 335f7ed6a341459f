#include "providers/shared/seals.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

TEST(Seals, GoBackToTheVendorThatMadeThem) {
    const std::string marked = mark_seal("google", "Eto+/w==");
    EXPECT_EQ(marked, "google:Eto+/w==");
    EXPECT_EQ(unmark_seal("google", marked), "Eto+/w==");
    EXPECT_FALSE(unmark_seal("other", marked));
    EXPECT_TRUE(is_marked_seal(marked));
}

TEST(Seals, WithoutAMarkAreNobodysButAnthropics) {
    EXPECT_FALSE(is_marked_seal("Eq4B=="));
    EXPECT_FALSE(unmark_seal("google", "Eq4B=="));
    EXPECT_FALSE(unmark_seal("google", "googleEq4B=="));
    EXPECT_FALSE(unmark_seal("google", "google:"));
    EXPECT_FALSE(unmark_seal("google", ""));
}

}  // namespace
}  // namespace breakwater
