#include "providers/shared/json_schema.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace breakwater::json_schema {
namespace {

using nlohmann::json;

json run(std::string_view schema, const Pass& pass) {
    JsonReader reader;
    const auto root = reader.parse(schema);
    EXPECT_TRUE(root);
    const Result<std::string> out = normalise(*root, pass);
    EXPECT_TRUE(out) << (out ? "" : out.error().message);
    return out ? json::parse(*out) : json();
}

bool recursive(std::string_view schema) {
    JsonReader reader;
    return is_recursive(*reader.parse(schema));
}

TEST(JsonSchema, KeepsEverythingByDefault) {
    const char* schema =
        R"({"type":["string","null"],"allOf":[{"minLength":1}],"oneOf":[{}],"const":1,"x-own":{"a":[1]},"description":"d"})";
    EXPECT_EQ(run(schema, {}), json::parse(schema));
}

TEST(JsonSchema, InlinesReferencesWithTheirEscapes) {
    EXPECT_EQ(
        run(R"({"properties":{"a":{"$ref":"#/$defs/x~1y%20z","description":"mine"}},"$defs":{"x/y z":{"type":"string","description":"theirs"}}})",
            {.inline_refs = true}),
        json::parse(R"({"properties":{"a":{"type":"string","description":"mine"}}})"));
}

TEST(JsonSchema, InlinesTheSameReferenceInTwoPlaces) {
    EXPECT_EQ(
        run(R"({"properties":{"a":{"$ref":"#/definitions/n"},"b":{"$ref":"#/definitions/n"}},"definitions":{"n":{"type":"integer"}}})",
            {.inline_refs = true}),
        json::parse(R"({"properties":{"a":{"type":"integer"},"b":{"type":"integer"}}})"));
}

TEST(JsonSchema, RefusesToInlineCyclesAndLooseEnds) {
    JsonReader reader;
    EXPECT_FALSE(normalise(*reader.parse(R"({"properties":{"a":{"$ref":"#"}}})"), {.inline_refs = true}));
    EXPECT_FALSE(normalise(*reader.parse(R"({"$ref":"#/$defs/none"})"), {.inline_refs = true}));
}

TEST(JsonSchema, SaysTypeListsAsTheVendorWants) {
    const char* schema = R"({"type":["string","null"]})";
    EXPECT_EQ(run(schema, {.type_lists = Pass::TypeLists::nullable}),
              json::parse(R"({"type":"string","nullable":true})"));
    EXPECT_EQ(run(schema, {.type_lists = Pass::TypeLists::any_of}),
              json::parse(R"({"anyOf":[{"type":"string"},{"type":"null"}]})"));
}

TEST(JsonSchema, RewritesConstOneOfAndAllOf) {
    EXPECT_EQ(run(R"({"const":1,"oneOf":[{"const":"a"}]})", {.const_to_enum = true, .one_of_to_any_of = true}),
              json::parse(R"({"enum":[1],"anyOf":[{"enum":["a"]}]})"));
    EXPECT_EQ(
        run(R"({"allOf":[{"properties":{"a":{}},"required":["a"]},{"properties":{"b":{}},"required":["b"]}],"title":"t"})",
            {.merge_all_of = true}),
        json::parse(R"({"properties":{"a":{},"b":{}},"required":["a","b"],"title":"t"})"));
}

TEST(JsonSchema, ClosesEveryObject) {
    EXPECT_EQ(
        run(R"({"type":"object","properties":{"a":{"type":["object","null"]},"type":{"type":"string"}},"additionalProperties":true})",
            {.close_objects = true}),
        json::parse(
            R"({"type":"object","properties":{"a":{"type":["object","null"],"additionalProperties":false},"type":{"type":"string"}},"additionalProperties":false})"));
}

TEST(JsonSchema, FindsCyclesAndOnlyCycles) {
    EXPECT_TRUE(recursive(R"({"properties":{"next":{"$ref":"#"}}})"));
    EXPECT_TRUE(recursive(
        R"({"$ref":"#/$defs/a","$defs":{"a":{"items":{"$ref":"#/$defs/b"}},"b":{"items":{"$ref":"#/$defs/a"}}}})"));
    EXPECT_FALSE(recursive(
        R"({"properties":{"a":{"$ref":"#/$defs/x"},"b":{"$ref":"#/$defs/x"}},"$defs":{"x":{"$ref":"#/$defs/y"},"y":{}}})"));
    EXPECT_FALSE(recursive(R"({"properties":{"$ref":{"type":"string"}}})"));
}

TEST(JsonSchema, LeavesCompliantToolParametersAsTheBytesTheyWere) {
    JsonReader reader;
    const std::string schema = R"({ "type" : "object",  "properties":{} })";
    EXPECT_EQ(tool_parameters(schema, reader), schema);
}

}  // namespace
}  // namespace breakwater::json_schema
