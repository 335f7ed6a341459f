#include "breakwater/wire/json_element.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "breakwater/wire/json_reader.hpp"
#include "json_reference.hpp"

namespace breakwater {
namespace {

/// True when `part` lies within `text`.
bool is_within(std::string_view part, std::string_view text) {
    return std::less_equal<>()(text.data(), part.data()) &&
           std::less_equal<>()(part.data() + part.size(), text.data() + text.size());
}

TEST(JsonElement, GivesStringsWhereTheTextHasThem) {
    const std::string json = R"({"plain":"abc","escaped":"a\nb","empty":""})";
    JsonReader reader;
    const auto root = reader.parse(json);
    ASSERT_TRUE(root);
    EXPECT_TRUE(is_within(*get_string(*root, "plain"), json)) << "not copied";
    EXPECT_TRUE(is_within((*root)["escaped"].raw(), json)) << "not decoded by being looked at";
    EXPECT_EQ((*root)["escaped"].raw(), R"("a\nb")");
    EXPECT_EQ(get_string(*root, "escaped"), "a\nb");
    EXPECT_EQ((*root)["escaped"].raw(), R"("a\nb")") << "nor when it was decoded";
    EXPECT_EQ(get_string(*root, "empty"), "");
}

TEST(JsonElement, StringsWithEscapesStayWhereTheyWereDecoded) {
    std::string json = "[";
    for (int i = 0; i < 1000; ++i) json += (i == 0 ? "\"\\n" : ",\"\\n") + std::to_string(i) + '"';
    json += ']';
    JsonReader reader;
    const auto root = reader.parse(json);
    ASSERT_TRUE(root);
    const std::string_view first = JsonArray(*root).at(0).text();
    int index = 0;
    for (const JsonElement item : JsonArray(*root)) EXPECT_EQ(item.text(), '\n' + std::to_string(index++));
    EXPECT_EQ(JsonArray(*root).at(0).text().data(), first.data());
    EXPECT_EQ(first, "\n0");
}

TEST(JsonElement, WhatIsNotThereAnswersNo) {
    JsonReader reader;
    const auto root = reader.parse(R"({"a":[1,2],"s":"x"})");
    ASSERT_TRUE(root);
    const JsonElement nothing = (*root)["b"]["c"];
    EXPECT_FALSE(nothing.exists());
    EXPECT_FALSE(nothing.is_null()) << "it is not even null";
    std::string_view text = "as before";
    std::int64_t number = 7;
    JsonElement element = *root;
    EXPECT_FALSE(nothing.get(text));
    EXPECT_FALSE(nothing.get(number));
    EXPECT_FALSE(nothing.get(element));
    EXPECT_FALSE((*root)["s"].get(number));
    EXPECT_EQ(text, "as before");
    EXPECT_EQ(number, 7);
    EXPECT_TRUE(element.exists());
    EXPECT_EQ(nothing.raw(), "");
    EXPECT_EQ(nothing.text(), "");
    EXPECT_EQ(JsonArray((*root)["a"]).at(1).raw(), "2");
    EXPECT_FALSE(JsonArray((*root)["a"]).at(2).exists());
    EXPECT_EQ(JsonObject((*root)["a"]).size(), 0U);
    EXPECT_TRUE(std::ranges::empty(JsonArray(*root)));
    EXPECT_FALSE((*root)["s"]["x"].exists());
}

TEST(JsonElement, PointersLeadToMembersAndItems) {
    JsonReader reader;
    const auto root = reader.parse(R"({"a":[{"b":1},2],"c/d":3,"e~f":4,"~1":5,"":6})");
    ASSERT_TRUE(root);
    EXPECT_EQ(root->at_pointer("").raw(), root->raw());
    EXPECT_EQ(root->at_pointer("/a/0/b").raw(), "1");
    EXPECT_EQ(root->at_pointer("/a/1").raw(), "2");
    EXPECT_EQ(root->at_pointer("/c~1d").raw(), "3");
    EXPECT_EQ(root->at_pointer("/e~0f").raw(), "4");
    EXPECT_EQ(root->at_pointer("/~01").raw(), "5");
    EXPECT_EQ(root->at_pointer("/").raw(), "6");
    for (const std::string_view nowhere : {"a", "/a/2", "/a/00", "/a/-", "/a/0/c", "/x/y", "/a/18446744073709551616"})
        EXPECT_FALSE(root->at_pointer(nowhere).exists()) << nowhere;
}

TEST(JsonElement, NumbersHaveTheTypeTheyAreWrittenIn) {
    JsonReader reader;
    const auto root =
        reader.parse(R"([0,-0,-9223372036854775808,9223372036854775807,9223372036854775808,1.0,1e2,1e-999])");
    ASSERT_TRUE(root);
    const JsonArray items(*root);
    for (std::size_t i = 0; i < 4; ++i) EXPECT_TRUE(items.at(i).is_int64()) << i;
    EXPECT_TRUE(items.at(4).is_uint64());
    for (std::size_t i = 5; i < 8; ++i) EXPECT_TRUE(items.at(i).is_double()) << i;
    std::uint64_t natural = 0;
    EXPECT_FALSE(items.at(2).get(natural)) << "negative";
    EXPECT_TRUE(items.at(3).get(natural));
    EXPECT_EQ(natural, 9223372036854775807U);
    double real = 1;
    EXPECT_TRUE(items.at(7).get(real));
    EXPECT_EQ(real, 0);
}

TEST(JsonElement, ReadsWhatSimdjsonsOwnDocumentReads) {
    JsonReference reference(8);
    for (const std::string_view json :
         {R"({"a":{"b":[1,-2,3.5,1e3,true,false,null,"x",""]},"c":[],"d":{},"a":2})",
          R"([ "\u0000\u007f\u0080\u07ff\u0800\uffff\ud83d\ude00\"\\\/\b\f\n\r\t" , {"\u0061":1,"b\\":2} ])",
          "  12  ",
          "\"\"",
          "true",
          "nul",
          "nulll",
          "[tru]",
          "-",
          "01",
          "1.",
          ".5",
          "1e",
          "1e+",
          "-0",
          "-0.0",
          "1e308",
          "1e309",
          "-1e309",
          "1e-400",
          "18446744073709551615",
          "18446744073709551616",
          "-9223372036854775809",
          "123456789012345678",
          "0.1234567890123456789012345678901234567890",
          "[1,]",
          "{,}",
          "{\"a\"}",
          "{\"a\":}",
          "{\"a\":1,}",
          "[1 2]",
          "[1][2]",
          "[\"\\x\"]",
          "[\"\\u12\"]",
          "[\"\\ud800\"]",
          "[\"\\udc00\"]",
          "[\"\\ud800\\ud800\"]",
          "\"a\"b",
          "\"a\"\"b\"",
          "[\"a\" \"b\"]",
          "\"\x1f\"",
          "[1\x0c]",
          "[1,\x1a 2]",
          "{\"a\"\x1a 1}",
          "[[[[[[[[1]]]]]]]]",
          "[[[[[[[[[1]]]]]]]]]",
          "[[[[[[[[[]]]]]]]]]",
          "[[[[[[[[{}]]]]]]]]",
          "[[[[[[[[[[]]]]]]]]]]",
          "[[[[[[[[[ ]]]]]]]]]",
          "{\"a\":{},\"b\":[[]]}",
          "",
          " ",
          "[",
          "]",
          "{",
          "}",
          "\"",
          "\"\\",
          "\"\\\"",
          "[\"\\\\\"]",
          ":",
          ",",
          "[:]",
          "{\"a\":1:2}",
          "{1:2}",
          "{\"a\":1]",
          "[1}",
          "\xef\xbb\xbf[1]"}) {
        const auto found = reference.difference(json);
        EXPECT_FALSE(found) << json << ": " << *found;
    }
}

TEST(JsonElement, ReadsNumbersBeyondADoubleAsSimdjsonsOwnDocumentDoes) {
    JsonReference reference;
    const std::string zeros(400, '0');
    for (const std::string& number : {"1" + zeros + ".0",
                                      "1" + zeros + "e-350",
                                      "-1" + zeros + "e-350",
                                      "0." + zeros + "1",
                                      "-0." + zeros + "1",
                                      "0." + zeros + "1e350",
                                      "0." + zeros + "1e800",
                                      std::string("1e-400"),
                                      std::string("-1e-400"),
                                      std::string("1e400"),
                                      std::string("1e+400"),
                                      std::string("1e0000000000000000000000400"),
                                      std::string("1e-0000000000000000000000400"),
                                      std::string("1e99999999999999999999"),
                                      std::string("1e-99999999999999999999"),
                                      std::string("0e99999999999999999999"),
                                      std::string("0.0e-999"),
                                      std::string("-0.0e999"),
                                      std::string("1.7976931348623157e308"),
                                      std::string("1.7976931348623159e308"),
                                      std::string("4.9e-324"),
                                      std::string("2e-324")}) {
        const auto found = reference.difference(number);
        EXPECT_FALSE(found) << number.substr(0, 40) << ": " << *found;
    }
}

// Each changed at a few places, so that most are no JSON any more, in ways that nobody thinks of.
TEST(JsonElement, ReadsWhatSimdjsonsOwnDocumentReadsOfDamagedTexts) {
    const std::string whole =
        R"( {"model":"m\u00e9","n":[-1.5e3,0,18446744073709551615,true,null,{"t":"a\\\"b\n","":[{}]}],"s":""} )";
    constexpr std::string_view kBytes = "{}[],:\"\\ \n0123-+.eEtrufalsn\x01\x0c\x1a\x80\xc3";
    std::mt19937 random(1);
    JsonReference reference;
    for (int round = 0; round < 20'000; ++round) {
        std::string json = whole;
        for (int changes = 1 + round % 3; changes > 0; --changes) {
            const std::size_t at = random() % json.size();
            const char byte = kBytes[random() % kBytes.size()];
            switch (random() % 3) {
                case 0:
                    json[at] = byte;
                    break;
                case 1:
                    json.erase(at, 1);
                    break;
                default:
                    json.insert(at, 1, byte);
            }
        }
        const auto found = reference.difference(json);
        ASSERT_FALSE(found) << json << ": " << *found;
    }
}

}  // namespace
}  // namespace breakwater
