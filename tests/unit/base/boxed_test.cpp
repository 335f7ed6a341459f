#include "breakwater/base/boxed.hpp"

#include <gtest/gtest.h>

#include <string>

namespace breakwater {
namespace {

TEST(Boxed, CopiesItsValueAndMovesItsBox) {
    Boxed<std::string> text = std::string("a");
    Boxed<std::string> copy = text;
    copy->append("b");
    EXPECT_EQ(*text, "a");
    EXPECT_EQ(*copy, "ab");

    const Boxed<std::string> moved = std::move(copy);
    EXPECT_EQ(*moved, "ab");
    copy = text;
    text.reset();
    EXPECT_FALSE(text);
    EXPECT_EQ(*copy, "a");
    Boxed<std::string>& same = copy;
    copy = same;
    EXPECT_EQ(*copy, "a");
}

TEST(Boxed, IsEmptyUntilFilled) {
    Boxed<std::string> text;
    EXPECT_FALSE(text.has_value());
    text.emplace().append("x");
    EXPECT_TRUE(text.has_value());
    static_assert(sizeof(text) == sizeof(void*));
}

}  // namespace
}  // namespace breakwater
