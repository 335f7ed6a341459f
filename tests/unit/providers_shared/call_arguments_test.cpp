#include "providers/shared/call_arguments.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

CallArguments read(std::string text, bool custom = false) {
    JsonReader reader;
    return object_arguments({.id = "c", .name = "f", .arguments = std::move(text), .custom = custom}, reader);
}

TEST(CallArguments, KeepObjectsAsTheBytesTheyAre) {
    EXPECT_EQ(read(" {\"b\": 1,\"a\":2} ").json, "{\"b\": 1,\"a\":2}");
    EXPECT_FALSE(read("{}").wrapped);
}

TEST(CallArguments, OfNothingAreAnEmptyObject) {
    for (const char* text : {"", "  ", "null"}) {
        EXPECT_EQ(read(text).json, "{}") << text;
        EXPECT_FALSE(read(text).wrapped) << text;
    }
}

TEST(CallArguments, ThatAreNoObjectAreWrapped) {
    EXPECT_EQ(read("[1]").json, R"({"_raw":"[1]"})");
    EXPECT_EQ(read("{\"cut").json, R"({"_raw":"{\"cut"})");
    EXPECT_TRUE(read("{\"cut").wrapped);
    EXPECT_EQ(read("{\"a\":1}", true).json, R"({"input":"{\"a\":1}"})");
}

}  // namespace
}  // namespace breakwater
