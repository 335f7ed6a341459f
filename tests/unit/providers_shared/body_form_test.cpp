#include "providers/shared/body_form.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

TEST(CutJson, StopsInsideOfSomething) {
    for (const char* text : {"{", "{\"a\":[1", "{\"a\":\"x", "{\"a\":\"\\\""}) EXPECT_TRUE(is_cut(text)) << text;
    for (const char* text : {"{}", "{\"a\":\"}\"}", "nonsense", "}"}) EXPECT_FALSE(is_cut(text)) << text;
}

}  // namespace
}  // namespace breakwater
