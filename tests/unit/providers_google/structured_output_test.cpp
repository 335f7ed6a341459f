#include "support.hpp"

namespace breakwater::testing_google {
namespace {

constexpr const char* kSchema = R"({"type":"object","properties":{"a":{"type":["string","null"]}},"required":["a"]})";

ChatRequest structured() {
    ChatRequest request = ask_limited("q");
    request.response_format = {.kind = ResponseFormat::Kind::json_schema, .name = "r", .schema = kSchema};
    return request;
}

TEST(GoogleStructuredOutput, HoldsTheAnswerToTheSchema) {
    Rig rig;
    EXPECT_EQ(rig.body(structured())["generationConfig"]["responseMimeType"], "application/json");
    EXPECT_EQ(rig.body(structured())["generationConfig"]["responseJsonSchema"], json::parse(kSchema));
    EXPECT_TRUE(rig.adapted.empty());
    const json old = rig.old_model().body(structured())["generationConfig"];
    EXPECT_FALSE(old.contains("responseJsonSchema"));
    EXPECT_EQ(old["responseSchema"]["properties"]["a"], json::parse(R"({"type":"string","nullable":true})"));
}

TEST(GoogleStructuredOutput, AsksForAnyJsonByItsType) {
    Rig rig;
    ChatRequest request = ask_limited("q");
    request.response_format.kind = ResponseFormat::Kind::json_object;
    const json config = rig.body(request)["generationConfig"];
    EXPECT_EQ(config["responseMimeType"], "application/json");
    EXPECT_FALSE(config.contains("responseJsonSchema"));
}

TEST(GoogleStructuredOutput, IsAnInstructionBesideToolsOnOlderModels) {
    ChatRequest request = structured();
    request.tools = {function("f")};
    Rig rig;
    EXPECT_TRUE(rig.level_model().body(request)["generationConfig"].contains("responseJsonSchema"));
    Rig older;
    older.budget_model();
    const json body = older.body(request);
    EXPECT_FALSE(body["generationConfig"].contains("responseMimeType"));
    EXPECT_NE(body["systemInstruction"]["parts"][0]["text"].get<std::string>().find(kSchema), std::string::npos);
    EXPECT_TRUE(was_adapted(older.adapted, "response_format", AdaptAction::emulated));
    // And the fence that models like to put around it goes.
    const Answer answer{
        .content_type = "text/event-stream",
        .body =
            "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"```json\\n{\\\"a\\\":\"}]}}]}\n\n"
            "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"null}\\n```\"}]},"
            "\"finishReason\":\"STOP\"}]}\n\n"};
    EXPECT_EQ(decode(answer, {}, request, older).choice().text, "{\"a\":null}");
}

TEST(GoogleStructuredOutput, RefusesSchemasThatAreNone) {
    ChatRequest request = structured();
    request.response_format.schema = R"({"$ref":"#/$defs/gone"})";
    Rig rig;
    EXPECT_EQ(rig.refused(request), "response_format.json_schema.schema");
}

}  // namespace
}  // namespace breakwater::testing_google
