#include "providers/google/schema.hpp"
#include "support.hpp"

namespace breakwater::testing_google {
namespace {

using google::SchemaForm;

json converted(std::string_view schema, SchemaForm form) {
    const Result<google::ConvertedSchema> out = google::convert_schema(schema, form);
    return out ? json::parse(out->json) : json("error: " + out.error().message);
}
json openapi(std::string_view schema) {
    return converted(schema, SchemaForm::openapi);
}
json json_schema(std::string_view schema) {
    return converted(schema, SchemaForm::json_schema);
}

// The steps by which JSON Schema becomes the API's `Schema`, in their order.
TEST(GoogleOpenApiSchema, WritesReferencesOut) {
    EXPECT_EQ(openapi(R"({"type":"object","properties":{"a":{"$ref":"#/$defs/n"}},"$defs":{"n":{"type":"integer"}}})"),
              json::parse(R"({"type":"object","properties":{"a":{"type":"integer"}},"propertyOrdering":["a"]})"));
}

TEST(GoogleOpenApiSchema, CutsCycles) {
    const json schema =
        openapi(R"({"$ref":"#/$defs/n","$defs":{"n":{"type":"object","properties":{"next":{"$ref":"#/$defs/n"}}}}})");
    EXPECT_EQ(schema["properties"]["next"]["properties"]["next"]["properties"]["next"],
              json::parse(R"({"type":"object"})"))
        << schema;
}

TEST(GoogleOpenApiSchema, RefusesReferencesThatExplode) {
    std::string defs;
    for (int i = 0; i < 40; ++i) {
        const std::string next = "{\"$ref\":\"#/$defs/d" + std::to_string(i + 1) + "\"}";
        defs +=
            "\"d" + std::to_string(i) + R"(":{"type":"object","properties":{"a":)" + next + ",\"b\":" + next + "}},";
    }
    const json out = openapi(R"({"$ref":"#/$defs/d0","$defs":{)" + defs + R"("d40":{"type":"string"}}})");
    ASSERT_TRUE(out.is_string());
    EXPECT_NE(out.get<std::string>().find("too long"), std::string::npos) << out;
}

TEST(GoogleOpenApiSchema, MergesAllOf) {
    EXPECT_EQ(openapi(R"({"type":"object","allOf":[{"properties":{"a":{"type":"string"}},"required":["a"]},
                          {"properties":{"b":{"type":"string"}},"required":["b"]}]})"),
              json::parse(R"({"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},
                              "required":["a","b"],"propertyOrdering":["a","b"]})"));
}

TEST(GoogleOpenApiSchema, TurnsOneOfIntoAnyOfAndConstIntoEnum) {
    EXPECT_EQ(openapi(R"({"oneOf":[{"const":"x"},{"const":"y","type":"string"}]})"),
              json::parse(R"({"anyOf":[{"type":"string","enum":["x"]},{"type":"string","enum":["y"]}]})"));
}

TEST(GoogleOpenApiSchema, TurnsListsOfTypesIntoNullableAndAnyOf) {
    EXPECT_EQ(openapi(R"({"type":["string","null"]})"), json::parse(R"({"type":"string","nullable":true})"));
    EXPECT_EQ(openapi(R"({"type":["string","integer","null"],"description":"d"})"),
              json::parse(R"({"description":"d","nullable":true,"anyOf":[{"type":"string"},{"type":"integer"}]})"));
    EXPECT_EQ(openapi(R"({"type":"null"})"), json::parse(R"({"type":"string","nullable":true})"));
}

TEST(GoogleOpenApiSchema, TakesTheNullBranchOutOfAnyOf) {
    EXPECT_EQ(openapi(R"({"description":"d","default":null,"anyOf":[{"type":"integer"},{"type":"null"}]})"),
              json::parse(R"({"type":"integer","nullable":true,"description":"d"})"));
    EXPECT_EQ(openapi(R"({"minimum":1,"title":"T","anyOf":[{"type":"integer"},{"type":"string"},{"type":"null"}]})"),
              json::parse(R"({"nullable":true,"anyOf":[{"type":"integer"},{"type":"string"}]})"));
}

TEST(GoogleOpenApiSchema, KeepsEnumsOfWordsOnly) {
    EXPECT_EQ(openapi(R"({"type":"string","enum":["a","",null]})"),
              json::parse(R"({"type":"string","nullable":true,"enum":["a"]})"));
    EXPECT_EQ(openapi(R"({"type":"integer","enum":[1,2],"description":"How many."})"),
              json::parse(R"({"type":"integer","description":"How many. One of: 1, 2."})"));
    EXPECT_EQ(openapi(R"({"enum":[true]})"), json::parse(R"({"type":"boolean","description":"One of: true."})"));
}

TEST(GoogleOpenApiSchema, DropsAndDemotesWhatTheApiDoesNotKnow) {
    EXPECT_EQ(
        openapi(R"({"$schema":"s","$id":"i","title":"t","type":"number","exclusiveMinimum":0,"multipleOf":2,"minimum":0,
                          "examples":[1],"default":1,"deprecated":true,"readOnly":true,"strict":true,"not":{},"if":{}})"),
        json::parse(R"({"type":"number","minimum":0,"description":"exclusiveMinimum: 0; multipleOf: 2."})"));
    EXPECT_EQ(openapi(R"({"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false,
                          "patternProperties":{"^x":{"type":"string"}}})"),
              json::parse(R"({"type":"object","properties":{"a":{"type":"string"}},"propertyOrdering":["a"]})"));
}

TEST(GoogleOpenApiSchema, KeepsTheFormatsOfTheType) {
    EXPECT_EQ(openapi(R"({"type":"string","format":"date-time"})")["format"], "date-time");
    EXPECT_EQ(openapi(R"({"type":"integer","format":"int64"})")["format"], "int64");
    EXPECT_EQ(openapi(R"({"type":"string","format":"email"})"),
              json::parse(R"({"type":"string","description":"Format: email."})"));
}

TEST(GoogleOpenApiSchema, TurnsTuplesIntoLists) {
    EXPECT_EQ(
        openapi(R"({"type":"array","prefixItems":[{"type":"string"},{"type":"integer"},{"type":"string"}]})"),
        json::parse(
            R"({"type":"array","minItems":3,"maxItems":3,"items":{"anyOf":[{"type":"string"},{"type":"integer"}]}})"));
    EXPECT_EQ(openapi(R"({"type":"array","items":[{"type":"string"}]})"),
              json::parse(R"({"type":"array","minItems":1,"maxItems":1,"items":{"type":"string"}})"));
}

TEST(GoogleOpenApiSchema, NamesItemsAndLeavesOutEmptyProperties) {
    EXPECT_EQ(openapi(R"({"type":"array"})"), json::parse(R"({"type":"array","items":{"type":"string"}})"));
    EXPECT_EQ(openapi(R"({"type":"object","properties":{}})"), json::parse(R"({"type":"object"})"));
}

TEST(GoogleOpenApiSchema, RequiresOnlyWhatThereIs) {
    EXPECT_EQ(
        openapi(R"({"type":"object","properties":{"a":true,"b":false},"required":["a","b","c"]})"),
        json::parse(
            R"({"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"propertyOrdering":["a"]})"));
}

TEST(GoogleOpenApiSchema, StatesTheOrderOfProperties) {
    EXPECT_EQ(openapi(R"({"properties":{"z":{"type":"string"},"a":{"type":"string"}}})")["propertyOrdering"],
              json::parse(R"(["z","a"])"));
}

TEST(GoogleJsonSchema, KeepsWhatTheApiListsAndDemotesTheRest) {
    EXPECT_EQ(json_schema(R"({"$schema":"s","type":"object","additionalProperties":false,"required":["a"],"properties":{
                  "a":{"type":["string","null"],"minLength":2,"pattern":"^a"},"b":{"const":3},"c":{"$ref":"#/$defs/n"}},
                  "$defs":{"n":{"type":"integer","minimum":1}}})"),
              json::parse(R"({"type":"object","additionalProperties":false,"required":["a"],"properties":{
                  "a":{"type":["string","null"],"description":"minLength: 2; pattern: ^a."},"b":{"enum":[3]},
                  "c":{"type":"integer","minimum":1}}})"));
}

TEST(GoogleJsonSchema, RefersWhereASchemaIsRecursive) {
    EXPECT_EQ(json_schema(R"({"type":"object","properties":{"n":{"$ref":"#/$defs/n","description":"Next."}},
                  "$defs":{"n":{"type":"object","properties":{"n":{"$ref":"#/$defs/n"}}}}})"),
              json::parse(R"({"type":"object","properties":{"n":{"$ref":"#/$defs/n"}},
                  "$defs":{"n":{"type":"object","properties":{"n":{"$ref":"#/$defs/n"}}}}})"));
    const json cut = json_schema(
        R"({"$ref":"#/definitions/n","definitions":{"n":{"type":"object","properties":{"n":{"$ref":"#/definitions/n"}}}}})");
    EXPECT_EQ(cut.dump().find("$ref"), std::string::npos) << cut;
    EXPECT_EQ(cut["properties"]["n"]["properties"]["n"]["properties"]["n"], json::parse(R"({"type":"object"})")) << cut;
}

TEST(GoogleSchema, SaysWhetherItChangedAnything) {
    const auto changed = [](std::string_view schema) {
        return google::convert_schema(schema, SchemaForm::json_schema)->changed;
    };
    EXPECT_FALSE(
        changed(R"({"description":"d", "type":"object","properties":{"a":{"description":"x","type":"string"}}})"));
    EXPECT_TRUE(changed(R"({"type":"string","minLength":1})"));
}

TEST(GoogleSchema, IsRefusedWhenItIsLong) {
    const std::string schema =
        R"({"type":"string","description":")" + std::string(google::kSchemaBytesMax, 'x') + "\"}";
    EXPECT_FALSE(google::convert_schema(schema, SchemaForm::json_schema));
    EXPECT_FALSE(google::convert_parameters(schema, SchemaForm::openapi));
}

}  // namespace
}  // namespace breakwater::testing_google
