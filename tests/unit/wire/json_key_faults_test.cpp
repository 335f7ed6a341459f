#include <gtest/gtest.h>

#include "breakwater/wire/json_reader.hpp"

namespace breakwater {
namespace {

std::optional<std::string> duplicate_in(std::string_view json) {
    JsonReader reader;
    const auto root = reader.parse(json);
    EXPECT_TRUE(root) << json.substr(0, 80);
    return root ? find_duplicate_key(*root) : std::nullopt;
}

std::string object_with_keys(int count, std::string_view more = "") {
    std::string json = "{";
    for (int i = 0; i < count; ++i) {
        if (i > 0) json += ',';
        json += "\"key" + std::to_string(i) + "\":{\"key0\":1}";
    }
    return json.append(more) + "}";
}

TEST(DuplicateKey, IsNotFoundWhereAllDiffer) {
    EXPECT_EQ(duplicate_in(R"({"a":1,"b":{"a":1,"b":2},"c":[{"a":1},{"a":1}],"":0,"A":1})"), std::nullopt);
    EXPECT_EQ(duplicate_in("[]"), std::nullopt);
    EXPECT_EQ(duplicate_in("1"), std::nullopt);
    for (const int count : {1, 31, 32, 33, 200})
        EXPECT_EQ(duplicate_in(object_with_keys(count)), std::nullopt) << count;
}

TEST(DuplicateKey, IsNamedByItsPath) {
    EXPECT_EQ(duplicate_in(R"({"a":1,"a":2})"), "a");
    EXPECT_EQ(duplicate_in(R"({"x":0,"tools":[{},{"function":{"name":"a","v":1,"name":"b"}}]})"),
              "tools[1].function.name");
    EXPECT_EQ(duplicate_in(R"([[{"b":1,"b":1}]])"), "[0][0].b");
}

TEST(DuplicateKey, IsFoundBehindAnEscape) {
    EXPECT_EQ(duplicate_in(R"({"role":1,"r\u006fle":2})"), "role");
}

TEST(DuplicateKey, MayBeEmpty) {
    EXPECT_EQ(duplicate_in(R"({"":1,"":2})"), "");
}

TEST(DuplicateKey, IsFoundAtEveryPlaceOfSmallAndLargeObjects) {
    for (const int count : {2, 31, 32, 33, 100}) {
        for (int i = 0; i < count; ++i) {
            const std::string again = "key" + std::to_string(i);
            EXPECT_EQ(duplicate_in(object_with_keys(count, ",\"" + again + "\":1")), again) << count;
        }
    }
}

TEST(DuplicateKey, IsFoundAmongTenThousandKeys) {
    EXPECT_EQ(duplicate_in(object_with_keys(10'000)), std::nullopt);
    EXPECT_EQ(duplicate_in(object_with_keys(10'000, ",\"key9998\":1")), "key9998");
}

TEST(DuplicateKey, IsShownShortened) {
    const std::string name(1000, 'x');
    const auto path = duplicate_in("{\"" + name + "\":1,\"" + name + "\":2}");
    ASSERT_TRUE(path);
    EXPECT_EQ(*path, std::string(64, 'x') + "...");
}

std::optional<std::string> odd_in(std::string_view json) {
    JsonReader reader;
    const auto root = reader.parse(json);
    EXPECT_TRUE(root) << json;
    return root ? find_odd_key(*root) : std::nullopt;
}

TEST(OddKey, IsOneWithEscapesThatNobodyNeeds) {
    EXPECT_EQ(odd_in(R"({"mod\u0065l":1})"), "model");
    EXPECT_EQ(odd_in(R"({"a":[1,{"b":{"\u005f":1}}]})"), "a[1].b._");
    EXPECT_EQ(odd_in(R"([[{"x":1},{"\u0024ref":1}]])"), "[0][1].$ref");
}

TEST(OddKey, IsNoneThatSerialisersWrite) {
    EXPECT_EQ(
        odd_in(R"({"caf\u00e9":1,"a\/b":2,"\"":3,"\\":4,"a\nb":5,"\u003ca\u003e":6,"\u0000":7,"\ud83d\ude00":8})"),
        std::nullopt);
    EXPECT_EQ(odd_in(R"({"a":"mod\u0065l","b":["\u0065"]})"), std::nullopt) << "values may be written in any way";
    EXPECT_EQ(odd_in(R"({"\\u0065":1})"), std::nullopt) << "a backslash, and no escape";
    EXPECT_EQ(odd_in("1"), std::nullopt);
}

}  // namespace
}  // namespace breakwater
