#include "breakwater/wire/json_writer.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "breakwater/base/strings.hpp"

namespace breakwater {
namespace {

std::string escaped(std::string_view text) {
    std::string out;
    append_json_escaped(out, text);
    return out;
}

std::string read_back(std::string_view text) {
    return nlohmann::json::parse('"' + escaped(text) + '"').get<std::string>();
}

TEST(JsonEscape, WritesControlCharactersInTheirShortestForm) {
    EXPECT_EQ(escaped("\"\\\b\f\n\r\t"), "\\\"\\\\\\b\\f\\n\\r\\t");
    EXPECT_EQ(escaped(std::string_view("\0\x01\x1f\x7f/", 5)), "\\u0000\\u0001\\u001f\x7f/");
    EXPECT_EQ(escaped(""), "");
}

TEST(JsonEscape, EveryByteAtEveryPlaceReadsBack) {
    // Nineteen places: each of a word's eight, in the first and second word, and in the tail.
    for (int c = 0; c < 128; ++c) {
        for (std::size_t place = 0; place < 19; ++place) {
            std::string text = "abcdefghijklmnopqrs";
            text[place] = static_cast<char>(c);
            ASSERT_EQ(read_back(text), text) << c << " at " << place;
        }
    }
}

TEST(JsonEscape, LeavesWellFormedTextAsItIs) {
    const std::string text = "gr\xC3\xBC\xC3\x9F \xE6\xB0\xB4 \xF0\x9F\x92\xA7 \xEF\xBF\xBD \xC2\x80";
    EXPECT_EQ(escaped(text), text);
    const std::string longer = text + text + text + text + text;
    EXPECT_EQ(escaped(longer), longer);
}

TEST(JsonEscape, ReplacesIllFormedBytesWhereverTheyStand) {
    const std::string replacement = "\xEF\xBF\xBD";
    for (const std::string_view bad : {"\xff", "\x80", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE6\xB0"}) {
        for (const std::size_t before : {0u, 1u, 7u, 8u, 100u}) {
            const std::string text = std::string(before, 'a') + std::string(bad) + "\n\"tail";
            const std::string result = read_back(text);
            EXPECT_TRUE(is_valid_utf8(result));
            EXPECT_EQ(result, replace_invalid_utf8(text));
            EXPECT_NE(result.find(replacement), std::string::npos);
        }
    }
}

TEST(JsonEscape, AppendsToWhatIsThere) {
    std::string out = "before ";
    append_json_escaped(out, "x\ny");
    EXPECT_EQ(out, "before x\\ny");
}

TEST(JsonWriter, PlacesCommasInNestedContainers) {
    std::string out;
    JsonWriter json(out);

    json.begin_object().field("a", 1).key("b").begin_array();
    json.number(std::int64_t{1}).string("x").boolean(false).null().raw("{\"r\":[]}").begin_array().end_array();
    json.begin_object().end_object();
    json.end_array()
        .raw_field("c", "[1]")
        .field("d", true)
        .field(std::string_view("e\""), "f")
        .field("g", 0.5)
        .end_object();

    EXPECT_EQ(out, R"({"a":1,"b":[1,"x",false,null,{"r":[]},[],{}],"c":[1],"d":true,"e\"":"f","g":0.5})");
}

TEST(JsonWriter, WritesFieldsOfEveryLengthAsKeyAndValueApart) {
    for (std::size_t length = 0; length < 100; ++length) {
        for (const std::string_view odd : {"", "\"", "\n", "\xC3\xBC", "\xff"}) {
            std::string text(length, 'x');
            text.replace(length / 2, 0, odd);
            std::string apart;
            JsonWriter(apart).begin_object().key("a").string(text).key("n").number(std::int64_t{-7}).end_object();
            std::string together;
            JsonWriter(together).begin_object().field("a", text).field("n", -7).end_object();
            ASSERT_EQ(together, apart);
            ASSERT_TRUE(nlohmann::json::accept(together)) << together;
        }
    }
}

TEST(JsonWriter, WritesIntegersToTheirLimits) {
    std::string out;
    JsonWriter json(out);
    json.begin_array();
    json.number(std::numeric_limits<std::int64_t>::min()).number(std::numeric_limits<std::int64_t>::max());
    json.begin_object().field("min", std::numeric_limits<std::int64_t>::min()).end_object();
    json.end_array();
    EXPECT_EQ(out, R"([-9223372036854775808,9223372036854775807,{"min":-9223372036854775808}])");
}

TEST(JsonWriter, WritesTheShortestDoubleThatReadsBackEqual) {
    for (const double value : {0.1, 1.0 / 3, 1e-300, 1.7976931348623157e308, 5e-324, -2.5, 1e21, 123456789.125}) {
        std::string out;
        JsonWriter(out).number(value);
        EXPECT_EQ(nlohmann::json::parse(out).get<double>(), value) << out;
    }
    for (const auto& [value, text] : std::vector<std::pair<double, std::string>>{{0.1, "0.1"},
                                                                                 {2.0, "2"},
                                                                                 {0.7, "0.7"},
                                                                                 {1.25, "1.25"},
                                                                                 {999.999999999999, "999.999999999999"},
                                                                                 {0.000123, "0.000123"}}) {
        std::string out;
        JsonWriter(out).number(value);
        EXPECT_EQ(out, text);
    }
}

TEST(JsonWriter, DoublesNearDecimalsKeepTheirLastBit) {
    std::mt19937_64 random(1);
    for (int i = 0; i < 100'000; ++i) {
        double value = static_cast<double>(random() % 1'000'000'000) / std::pow(10, static_cast<double>(random() % 13));
        if (i % 2 == 0) value = std::nextafter(value, 1e9);
        std::string out;
        JsonWriter(out).number(value);
        ASSERT_EQ(std::stod(out), value) << out;
        ASSERT_LE(out.size(), 24u);
    }
}

TEST(JsonWriter, WritesNullForWhatJsonHasNoNumberFor) {
    std::string out;
    JsonWriter json(out);
    json.begin_array().number(std::numeric_limits<double>::quiet_NaN());
    json.number(std::numeric_limits<double>::infinity()).number(-std::numeric_limits<double>::infinity()).end_array();
    EXPECT_EQ(out, "[null,null,null]");
}

}  // namespace
}  // namespace breakwater
