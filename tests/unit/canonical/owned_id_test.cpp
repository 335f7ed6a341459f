#include "breakwater/canonical/owned_id.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

TEST(OwnedId, IsReadAsItWasWritten) {
    const std::string text = write_owned_id("my.openai-1", "file-aBc_1.2");
    EXPECT_EQ(text, "my.openai-1:file-aBc_1.2");
    const auto owned = read_owned_id(text);
    ASSERT_TRUE(owned.has_value());
    EXPECT_EQ(owned->provider, "my.openai-1");
    EXPECT_EQ(owned->id, "file-aBc_1.2");
}

TEST(OwnedId, IsNothingThatCouldLeadElsewhere) {
    const std::string at_most(128, 'a');
    EXPECT_TRUE(read_owned_id("p:" + at_most).has_value());
    for (const std::string& bad :
         {std::string(), std::string("file-1"), std::string(":file-1"), std::string("p:"), std::string("p:.."),
          std::string("p:.hidden"), std::string("p:a/b"), std::string("p:a%2fb"), std::string("p:a?b"),
          std::string("p:a b"), std::string("p:a\r\nb"), std::string("p:a\0b", 5), "p:a" + at_most}) {
        EXPECT_FALSE(read_owned_id(bad).has_value()) << bad;
    }
}

}  // namespace
}  // namespace breakwater
