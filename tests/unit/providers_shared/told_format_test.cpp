#include "providers/shared/told_format.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

using Kind = ResponseFormat::Kind;

ChatRequest asking(Kind kind, std::string schema = {}) {
    ChatRequest request;
    request.response_format = {.kind = kind, .schema = std::move(schema)};
    return request;
}

Deployment able(Support object, Support schema) {
    Deployment deployment;
    deployment.capabilities.set(Feature::json_object, object);
    deployment.capabilities.set(Feature::json_schema, schema);
    return deployment;
}

TEST(ToldFormat, IsForModelsThatAreNotHeldToTheForm) {
    struct Row {
        Kind kind;
        Support object;
        Support schema;
        bool told;
    };
    for (const Row& row : {Row{Kind::unset, Support::emulated, Support::emulated, false},
                           Row{Kind::text, Support::emulated, Support::emulated, false},
                           Row{Kind::json_object, Support::unknown, Support::emulated, false},
                           Row{Kind::json_object, Support::emulated, Support::unknown, false},
                           Row{Kind::json_object, Support::emulated, Support::native, false},
                           Row{Kind::json_object, Support::emulated, Support::emulated, true},
                           Row{Kind::json_object, Support::emulated, Support::absent, true},
                           Row{Kind::json_schema, Support::emulated, Support::unknown, false},
                           Row{Kind::json_schema, Support::emulated, Support::native, false},
                           Row{Kind::json_schema, Support::native, Support::emulated, true}}) {
        const ChatRequest request = asking(row.kind);
        const Deployment deployment = able(row.object, row.schema);
        EXPECT_EQ(tells_format(request, deployment), row.told) << int(row.kind) << int(row.object) << int(row.schema);
        EXPECT_EQ(told_format(request, deployment).empty(), !row.told);
    }
}

TEST(ToldFormat, HoldsTheSchema) {
    const ChatRequest request = asking(Kind::json_schema, R"({"title":"X"})");
    const std::string words = told_format(request, able(Support::native, Support::emulated));
    EXPECT_NE(words.find(R"({"title":"X"})"), std::string::npos);
    EXPECT_NE(words.find("JSON"), std::string::npos);  // without that word OpenAI refuses its JSON mode
}

TEST(ToldFormat, GoesWithJsonModeUnlessThatForbidsTheAnswer) {
    const Deployment able_to = able(Support::native, Support::emulated);
    for (const std::string_view schema :
         {"", R"({"type":"object"})", R"({"type":["object"]})", R"({"properties":{"a":{}}})"}) {
        EXPECT_TRUE(joins_json_mode(asking(Kind::json_schema, std::string(schema)), able_to)) << schema;
    }
    for (const std::string_view schema :
         {R"({"type":"array"})", R"({"type":"string"})", R"({"type":["array","null"]})",
          R"({"type":["object","null"]})", R"({"type":"array","properties":{}})", R"({})", R"({"enum":["a","b"]})",
          R"({"const":1})", R"({"anyOf":[{"type":"array"}]})", R"({"$ref":"#/$defs/L","$defs":{"L":{"type":"array"}}})",
          R"({"type":1})", R"({"type":[1]})", R"(true)", "not JSON"}) {
        EXPECT_FALSE(joins_json_mode(asking(Kind::json_schema, std::string(schema)), able_to)) << schema;
    }
    EXPECT_TRUE(joins_json_mode(asking(Kind::json_schema), able(Support::unknown, Support::emulated)));
    for (const Support none : {Support::emulated, Support::absent})
        EXPECT_FALSE(joins_json_mode(asking(Kind::json_schema), able(none, Support::emulated)));
}

}  // namespace
}  // namespace breakwater
