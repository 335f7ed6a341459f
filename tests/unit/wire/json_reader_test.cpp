#include "breakwater/wire/json_reader.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace breakwater {
namespace {

std::string nested(std::size_t depth) {
    return std::string(depth, '[') + "1" + std::string(depth, ']');
}

Error refusal(std::string_view json, std::size_t depth_max = 64) {
    JsonReader reader;
    auto root = reader.parse(json, depth_max);
    EXPECT_FALSE(root) << json.substr(0, 80);
    return root ? Error(ErrorKind::internal, "accepted") : root.error();
}

std::string round_trip(std::string_view json) {
    JsonReader reader;
    const auto root = reader.parse(json);
    EXPECT_TRUE(root) << json;
    return root ? to_json(*root) : "";
}

TEST(JsonReader, ReadsADocument) {
    JsonReader reader;
    const auto root = reader.parse(R"( {"a":"x","b":[1,2]} )");
    ASSERT_TRUE(root);
    EXPECT_EQ(get_string(*root, "a"), "x");
    EXPECT_EQ(get_array(*root, "b")->size(), 2u);
}

TEST(JsonReader, TakesNestingUpToTheLimitAndNoFurther) {
    JsonReader reader;
    const auto takes = [&reader](std::size_t depth, std::size_t depth_max) {
        const std::string json = nested(depth);
        return reader.parse(json, depth_max).has_value();
    };
    EXPECT_TRUE(takes(64, 64));
    EXPECT_FALSE(takes(65, 64));
    EXPECT_TRUE(takes(100, 100));
    EXPECT_FALSE(takes(5, 4));
    EXPECT_TRUE(takes(4, 4));
}

TEST(JsonReader, RefusesAHundredThousandLevels) {
    for (const auto& [open, close] : {std::pair("[", "]"), std::pair("{\"a\":", "}")}) {
        std::string begun;
        for (int i = 0; i < 100'000; ++i) begun += open;
        std::string closed = begun + "1";
        for (int i = 0; i < 100'000; ++i) closed += close;

        const Error error = refusal(closed);
        EXPECT_EQ(error.kind, ErrorKind::invalid_request);
        EXPECT_EQ(error.code, "json_too_deep");
        EXPECT_NE(error.message.find("64"), std::string::npos) << error.message;
        EXPECT_EQ(refusal(begun).kind, ErrorKind::invalid_request);
    }
}

TEST(JsonReader, SaysWhatIsWrongAndWhere) {
    struct Case {
        std::string_view json;
        std::string_view reason;
        std::string_view place;
    };
    const Case cases[] = {
        {R"({"a":1,})", "a member name in double quotes was expected", "byte 7"},
        {R"({"a" 1})", "':' was expected", "byte 5"},
        {R"({"a":1 "b":2})", "',' or '}' was expected", "byte 7"},
        {R"([1 2])", "',' or ']' was expected", "byte 3"},
        {R"([1,])", "comma too many", "byte 3"},
        {R"({'a':1})", "double quotes", "byte 1"},
        {R"([tru])", "a value was expected", "byte 1"},
        {R"([1] x)", "after the end", "byte 4"},
        {R"({"a":[1,2)", "ends before", "byte 9"},
        {R"({"a":)", "ends before", "byte 5"},
        {R"({"a)", "not closed", "byte 1"},
        {"[\"a\nb\"]", "control character", "byte 3"},
        {R"(["\x"])", "backslash", "byte 3"},
        {R"(["\u12G4"])", "four hexadecimal digits", "byte 2"},
        {R"(["\ud83d"])", "surrogate", "byte 2"},
        {R"(["\ude00"])", "surrogate", "byte 2"},
        {R"(["\ud83dx"])", "surrogate", "byte 2"},
        {R"(["\ud83d\ud83d"])", "surrogate", "byte 2"},
        {R"([01])", "begins with 0", "byte 3"},
        {R"([-])", "no digits", "byte 2"},
        {R"([1.])", "after its point", "byte 3"},
        {R"([1e])", "exponent", "byte 3"},
        {R"([1e999])", "too large", "byte 6"},
        {R"([0.1e400])", "too large", "byte 8"},
        {R"([123456789012345678901])", "too large", "byte 22"},
        {R"([NaN])", "a value was expected", "byte 1"},
        {std::string_view("[1\0]", 4), "was expected", "byte 2"},
    };
    for (const Case& c : cases) {
        const Error error = refusal(c.json);
        EXPECT_EQ(error.kind, ErrorKind::invalid_request);
        EXPECT_EQ(error.code, "invalid_json");
        EXPECT_TRUE(error.message.starts_with("The body is not valid JSON: ")) << error.message;
        EXPECT_NE(error.message.find(c.reason), std::string::npos) << c.json << ": " << error.message;
        EXPECT_NE(error.message.find(std::string(c.place) + "."), std::string::npos) << c.json << ": " << error.message;
    }
}

TEST(JsonReader, RefusesATruncatedDocumentAtEveryByte) {
    const std::string json = R"({"model":"m","n":[-1.5e3,true,null,{"t":"a\u00fc\n"}],"s":""})";
    JsonReader reader;
    ASSERT_TRUE(reader.parse(json));
    for (std::size_t length = 0; length < json.size(); ++length) {
        const auto root = reader.parse(std::string_view(json).substr(0, length));
        ASSERT_FALSE(root) << length;
        EXPECT_FALSE(root.error().message.empty());
    }
}

TEST(JsonReader, RefusesAnEmptyBodyWithAdvice) {
    EXPECT_NE(refusal("").message.find("empty"), std::string::npos);
    EXPECT_NE(refusal(" \r\n\t").message.find("empty"), std::string::npos);
}

TEST(JsonReader, RefusesIllFormedUtf8ButReadsItWhenAskedTo) {
    const std::string json = "{\"a\":\"x\xff\xfe\"}";
    EXPECT_EQ(refusal(json).code, "invalid_utf8");

    JsonReader reader;
    const auto root = reader.parse_repaired(json);

    ASSERT_TRUE(root);
    EXPECT_EQ(get_string(*root, "a"), "x\xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_FALSE(reader.parse_repaired("{\xff"));
}

TEST(JsonReader, TakesWhatTheFirstMebibyteCutsForNoFault) {
    const std::size_t room = (1u << 20) - 2;
    for (const auto& [before, token] :
         {std::pair(5, R"(\u0041")"), std::pair(8, R"(\ud83d\ude00")"), std::pair(5, R"(",true)")}) {
        const std::string json = "[\"" + std::string(room - static_cast<std::size_t>(before), 'a') + token;
        const Error error = refusal(json);
        EXPECT_EQ(error.code, "invalid_json");
        EXPECT_EQ(error.message.find("byte"), std::string::npos) << token << ": " << error.message;
    }
}

TEST(JsonReader, FindsNoPlaceBehindTheFirstMebibyte) {
    const std::string json = "[\"" + std::string(3u << 20, 'x') + "\" 1]";
    const Error error = refusal(json);
    EXPECT_EQ(error.code, "invalid_json");
    EXPECT_EQ(error.message.find("byte"), std::string::npos) << error.message;
}

TEST(JsonReader, CanBeUsedAgainAfterFailuresAndHugeDocuments) {
    JsonReader reader;
    EXPECT_FALSE(reader.parse("{"));
    const std::string huge = "[\"" + std::string(3u << 20, 'x') + "\"]";
    EXPECT_TRUE(reader.parse(huge));
    const auto root = reader.parse(R"({"a":1})", 10);
    ASSERT_TRUE(root);
    EXPECT_EQ(get_int(*root, "a"), 1);
    const std::string deep = nested(11);
    EXPECT_FALSE(reader.parse(deep, 10));
}

TEST(JsonGetters, GiveWhatIsThereAndHasTheType) {
    JsonReader reader;
    const auto root = reader.parse(R"({"s":"x","e":"","i":-3,"whole":12.0,"part":1.5,"big":18446744073709551615,
        "far":1e300,"b":false,"n":null,"o":{"k":1},"a":[]})");
    ASSERT_TRUE(root);

    EXPECT_EQ(get_string(*root, "s"), "x");
    EXPECT_EQ(get_string(*root, "e"), "");
    EXPECT_EQ(get_int(*root, "i"), -3);
    EXPECT_EQ(get_int(*root, "whole"), 12);
    EXPECT_EQ(get_double(*root, "i"), -3.0);
    EXPECT_EQ(get_double(*root, "part"), 1.5);
    EXPECT_EQ(get_bool(*root, "b"), false);
    EXPECT_TRUE(get_object(*root, "o"));
    EXPECT_TRUE(get_array(*root, "a"));
    EXPECT_TRUE(get_value(*root, "b"));
    EXPECT_FALSE(get_int(*root, "part"));
    EXPECT_FALSE(get_int(*root, "big"));
    EXPECT_FALSE(get_int(*root, "far"));
    EXPECT_FALSE(get_int(*root, "s"));
    EXPECT_FALSE(get_int(*root, "b"));
}

TEST(JsonGetters, TakeNullAbsenceAndOtherTypesForNothing) {
    JsonReader reader;
    const auto root = reader.parse(R"({"n":null,"s":"x","a":[1]})");
    ASSERT_TRUE(root);
    for (const std::string_view key : {"n", "missing"}) {
        EXPECT_FALSE(get_string(*root, key));
        EXPECT_FALSE(get_int(*root, key));
        EXPECT_FALSE(get_double(*root, key));
        EXPECT_FALSE(get_bool(*root, key));
        EXPECT_FALSE(get_object(*root, key));
        EXPECT_FALSE(get_array(*root, key));
        EXPECT_FALSE(get_value(*root, key));
    }
    EXPECT_FALSE(get_object(*root, "a"));
    EXPECT_FALSE(get_array(*root, "s"));
    const auto not_an_object = reader.parse("[1]");
    ASSERT_TRUE(not_an_object);
    EXPECT_FALSE(get_value(*not_an_object, "a"));
}

TEST(ToJson, KeepsOrderTypesAndEmptyContainers) {
    const std::string json =
        R"({"z":1,"a":[{},[],"",true,false,null,-7],"n":{"x":{"y":[[1]]}},"u":18446744073709551615,"i":-9223372036854775808})";
    EXPECT_EQ(round_trip(json), json);
}

TEST(ToJson, KeepsNumbersAsTheyWereMeant) {
    EXPECT_EQ(round_trip("[0.1,1.0,-0.0,1,100.5,9007199254740993]"), "[0.1,1.0,-0.0,1,100.5,9007199254740993]");
    EXPECT_EQ(nlohmann::json::parse(round_trip("[1e22,1E-7,5e-324]")), nlohmann::json::parse("[1e22,1e-7,5e-324]"));
}

TEST(ToJson, EscapesOnlyWhatMustBe) {
    EXPECT_EQ(round_trip(R"(["\u00fc\/\"\\\n\u0000\ud83d\ude00\u007f"])"),
              "[\"\xC3\xBC/\\\"\\\\\\n\\u0000\xF0\x9F\x98\x80\x7f\"]");
    EXPECT_EQ(round_trip(R"({"\u0061":"text"})"), R"({"a":"text"})");
}

TEST(ToJson, DropsBlanks) {
    EXPECT_EQ(round_trip(" { \"a\" : [ 1 , 2 ] }\n"), R"({"a":[1,2]})");
}

TEST(JsonReader, KnowsTheBytesOfAMember) {
    JsonReader reader;
    const auto root =
        reader.parse("{ \"a\" : [ {\"b\":\"],}\\\"\"} ,1 ]\n,\"b\":1.50 , \"c\":\"x\" , \"d\":{} ,\"\\u0065\": null }");
    ASSERT_TRUE(root);
    EXPECT_EQ((*root)["a"].raw(), "[ {\"b\":\"],}\\\"\"} ,1 ]");
    EXPECT_EQ((*root)["b"].raw(), "1.50");
    EXPECT_EQ((*root)["c"].raw(), "\"x\"");
    EXPECT_EQ((*root)["d"].raw(), "{}");
    EXPECT_EQ((*root)["e"].raw(), "null") << "whose name is written with escapes";
    EXPECT_EQ((*root)["f"].raw(), "");
}

}  // namespace
}  // namespace breakwater
