#include "providers/sim/schema_sample.hpp"

#include <gtest/gtest.h>

#include "schema_check.hpp"

namespace breakwater::sim {
namespace {

nlohmann::json sample(std::string_view schema) {
    JsonReader reader;
    const auto root = reader.parse(schema);
    EXPECT_TRUE(root) << schema;
    return root ? nlohmann::json::parse(sample_json(*root)) : nlohmann::json();
}

std::string wrong_in_sample(std::string_view schema) {
    const auto root = nlohmann::json::parse(schema);
    return SchemaCheck(root).check(root, sample(schema));
}

TEST(SchemaSample, ConformsToTheSchema) {
    for (
        const std::string_view schema : {
            R"({"type":"string"})",
            R"({"type":"string","minLength":100})",
            R"({"type":"string","maxLength":3})",
            R"({"type":"string","maxLength":0})",
            R"({"type":"string","enum":["a","b"]})",
            R"({"enum":[null,2]})",
            R"({"type":["null","integer"]})",
            R"({"type":"null"})",
            R"({"type":"boolean"})",
            R"({"const":{"a":[1,2.5,"x"]}})",
            R"({"type":"integer"})",
            R"({"type":"integer","minimum":10})",
            R"({"type":"integer","maximum":-10})",
            R"({"type":"integer","exclusiveMinimum":10,"exclusiveMaximum":12})",
            R"({"type":"integer","minimum":10,"multipleOf":7})",
            R"({"type":"integer","maximum":-3,"multipleOf":5})",
            R"({"type":"integer","minimum":1.5})",
            R"({"type":"number","minimum":0.25,"maximum":0.5})",
            R"({"type":"number","exclusiveMinimum":0,"exclusiveMaximum":1})",
            R"({"type":"number","exclusiveMinimum":5})",
            R"({"type":"number","exclusiveMaximum":-5})",
            R"({"type":"number","multipleOf":0.25,"minimum":0.3})",
            R"({"type":"array","items":{"type":"integer"}})",
            R"({"type":"array","items":{"type":"string"},"minItems":3,"uniqueItems":true})",
            R"({"type":"array","items":{"enum":["a","b","c"]},"minItems":3,"uniqueItems":true})",
            R"({"type":"array","items":{"type":"string","format":"date"},"minItems":12,"uniqueItems":true})",
            R"({"type":"array","maxItems":0})",
            R"({"type":"array","prefixItems":[{"type":"integer"},{"type":"string"}],"minItems":3})",
            R"({"type":"object","properties":{"a":{"type":"integer"}},"required":["a","b"]})",
            R"({"type":"object","additionalProperties":{"type":"integer"},"minProperties":2})",
            R"({"type":"object","additionalProperties":{"type":"integer"},"required":["x"]})",
            R"({"properties":{"a":{"items":{"type":"boolean"}}},"required":["a"],"additionalProperties":false})",
            R"({"anyOf":[{"type":"null"},{"type":"integer","minimum":5}]})",
            R"({"oneOf":[{"type":"object","properties":{"k":{"const":"x"}},"required":["k"]},{"type":"string"}]})",
            R"({"type":"object","properties":{"a":{"type":"string"}},"anyOf":[{"required":["a"]},{"required":["b"]}]})",
            R"({"allOf":[{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]},
                          {"properties":{"b":{"type":"boolean"}},"required":["b"]}]})",
            R"({"allOf":[{"type":"integer","minimum":3},{"minimum":7},{"maximum":9}]})",
            R"({})",
            R"({"type":"object","properties":{"a":{}}})",
        }) {
        EXPECT_EQ(wrong_in_sample(schema), "") << schema;
    }
}

TEST(SchemaSample, KnowsTheUsualFormats) {
    for (const char* format : {"date", "date-time", "time", "email", "uuid", "uri", "ipv4"}) {
        EXPECT_EQ(wrong_in_sample(std::string(R"({"type":"string","format":")") + format + "\"}"), "") << format;
    }
}

TEST(SchemaSample, FollowsReferencesAndEndsRecursion) {
    const std::string_view list = R"({"$defs":{"node":{"type":"object","properties":{
        "value":{"type":"integer"},"next":{"anyOf":[{"$ref":"#/$defs/node"},{"type":"null"}]}},
        "required":["value","next"],"additionalProperties":false}},"$ref":"#/$defs/node"})";
    EXPECT_EQ(wrong_in_sample(list), "");
    EXPECT_TRUE(sample(list)["next"]["next"].is_object()) << "recursion is followed for a while";

    const std::string_view tree = R"({"type":"object","properties":{"name":{"type":"string"},
        "left":{"type":"array","items":{"$ref":"#"}},"right":{"type":"array","items":{"$ref":"#"}}},
        "required":["name","left","right"],"additionalProperties":false})";
    EXPECT_EQ(wrong_in_sample(tree), "");

    const std::string_view escaped = R"({"definitions":{"a/b":{"type":"integer"}},"$ref":"#/definitions/a~1b"})";
    EXPECT_TRUE(sample(escaped).is_number_integer());
}

TEST(SchemaSample, EndsEvenWhereNoValueConforms) {
    EXPECT_NO_FATAL_FAILURE(sample(R"({"$ref":"#"})"));
    EXPECT_NO_FATAL_FAILURE(sample(R"({"allOf":[{"$ref":"#"},{"$ref":"#"}]})"));
    EXPECT_NO_FATAL_FAILURE(
        sample(R"({"type":"object","properties":{"a":{"$ref":"#"},"b":{"$ref":"#"}},"required":["a","b"]})"));
    EXPECT_NO_FATAL_FAILURE(sample(R"({"type":"integer","minimum":9,"maximum":1,"multipleOf":0})"));
    EXPECT_NO_FATAL_FAILURE(sample(R"({"type":7,"required":{},"properties":[],"enum":[],"items":3,"$ref":1})"));
    EXPECT_NO_FATAL_FAILURE(sample(R"({"$ref":"#/nowhere","type":"string"})"));
}

TEST(SchemaSample, StaysSmallWhateverIsAskedFor) {
    for (const std::string_view schema : {
             R"({"type":"string","minLength":1000000000})",
             R"({"type":"array","minItems":1000000000,"items":{"type":"string","minLength":100000}})",
             R"({"type":"array","minItems":1000,"items":{"type":"array","minItems":1000,"items":{"$ref":"#"}}})",
             R"({"type":"object","minProperties":1000000000})",
         }) {
        EXPECT_LT(sample(schema).dump().size(), 512u << 10) << schema;
    }
}

TEST(SchemaSample, IsTheSameEveryTimeAndSaysWhatItIsAbout) {
    const std::string_view schema = R"({"type":"object","properties":{"city":{"type":"string"}}})";
    EXPECT_EQ(sample(schema), sample(schema));
    EXPECT_EQ(sample(schema)["city"], "sample city");
}

}  // namespace
}  // namespace breakwater::sim
