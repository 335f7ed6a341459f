#include "support.hpp"

namespace breakwater::testing_anthropic {
namespace {

ChatRequest with_schema(std::string schema) {
    ChatRequest request = ask_limited("q");
    request.response_format = {
        .kind = ResponseFormat::Kind::json_schema, .name = "answer", .schema = std::move(schema)};
    return request;
}

const std::string kSchema = R"({"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]})";

Rig without_native() {
    Rig rig;
    rig.deployment.capabilities.set(Feature::json_schema, Support::emulated);
    return rig;
}

std::string stream_of(std::initializer_list<std::string> fragments, std::string_view kind, std::string_view start,
                      std::string_view stop) {
    std::string body = "data: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"content\":[]}}\n\n";
    body += "data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":" + std::string(start) + "}\n\n";
    for (const std::string& fragment : fragments) {
        const json delta{{"type", kind}, {kind == "text_delta" ? "text" : "partial_json", fragment}};
        body += "data: " + json{{"type", "content_block_delta"}, {"index", 0}, {"delta", delta}}.dump() + "\n\n";
    }
    body += "data: {\"type\":\"content_block_stop\",\"index\":0}\n\n";
    body += "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"" + std::string(stop) + "\"}}\n\n";
    return body + "data: {\"type\":\"message_stop\"}\n\n";
}

Answer tool_stream(std::initializer_list<std::string> fragments) {
    return {.content_type = "text/event-stream",
            .body = stream_of(fragments, "input_json_delta",
                              R"({"type":"tool_use","id":"t","name":"json_output","input":{}})", "tool_use")};
}

Answer text_stream(std::initializer_list<std::string> fragments) {
    return {.content_type = "text/event-stream",
            .body = stream_of(fragments, "text_delta", R"({"type":"text","text":""})", "end_turn")};
}

TEST(AnthropicStructuredOutput, IsNativeWithTheSchemaInTheApisSubset) {
    Rig rig;
    const json body = rig.body(with_schema(R"({"$schema":"x","type":"object","properties":{
        "n":{"type":"integer","minimum":1},"s":{"oneOf":[{"const":"a"},{"type":"null"}]},
        "u":{"type":"string","format":"uri","pattern":"^h","description":"Where."},"f":{"type":"string","format":"phone"},
        "l":{"type":"array","items":{"type":"object","properties":{}},"minItems":2}},"required":["n"]})"));
    EXPECT_EQ(body["output_config"]["format"],
              json::parse(R"({"type":"json_schema","schema":{"type":"object","properties":{
        "n":{"type":"integer","description":"minimum: 1."},"s":{"anyOf":[{"const":"a"},{"type":"null"}]},
        "u":{"type":"string","format":"uri","description":"Where. pattern: ^h."},"f":{"type":"string","description":"format: phone."},
        "l":{"type":"array","items":{"type":"object","properties":{},"additionalProperties":false},"description":"minItems: 2."}},
        "required":["n"],"additionalProperties":false}})"));
    EXPECT_TRUE(was_adapted(rig.adapted, "response_format", AdaptAction::mapped));
    EXPECT_FALSE(body.contains("tools"));
}

TEST(AnthropicStructuredOutput, IsAForcedCallWhereTheModelHasNoNativeForm) {
    Rig rig = without_native();
    const json body = rig.body(with_schema(kSchema));
    EXPECT_EQ(body["tools"][0]["name"], "json_output");
    EXPECT_EQ(body["tools"][0]["input_schema"], json::parse(kSchema));
    EXPECT_EQ(body["tool_choice"],
              json::parse(R"({"type":"tool","name":"json_output","disable_parallel_tool_use":true})"));
    EXPECT_TRUE(was_adapted(rig.adapted, "response_format", AdaptAction::emulated));
    rig.mode = config::AdaptMode::strict;
    EXPECT_EQ(rig.refused(with_schema(kSchema)), "response_format");
}

TEST(AnthropicStructuredOutput, IsAForcedCallForSchemasThatCannotBeCompiled) {
    EXPECT_TRUE(Rig().body(with_schema(R"({"type":"object","properties":{"next":{"$ref":"#"}}})")).contains("tools"));
    EXPECT_TRUE(
        Rig().body(with_schema(R"({"type":"object","additionalProperties":{"type":"integer"}})")).contains("tools"));
    EXPECT_EQ(Rig().refused(with_schema("{")), "response_format.json_schema.schema");
}

TEST(AnthropicStructuredOutput, IsAnInstructionWhereACallCannotBeForced) {
    const auto is_instruction = [](const json& body) {
        return !body.contains("output_config") && !body.contains("tool_choice") && body["system"].size() == 1;
    };
    ChatRequest with_tools = with_schema(kSchema);
    with_tools.tools = {function("f")};
    EXPECT_TRUE(is_instruction(without_native().body(with_tools))) << "the client's tools stay callable";
    ChatRequest thinking = with_schema(kSchema);
    thinking.max_tokens.reset();
    thinking.reasoning.effort = ReasoningEffort::low;
    EXPECT_TRUE(is_instruction(without_native().budget_model().body(thinking)));
    ChatRequest object = ask_limited("q");
    object.response_format.kind = ResponseFormat::Kind::json_object;
    EXPECT_TRUE(is_instruction(Rig().body(object)));
}

TEST(AnthropicStructuredOutput, StreamsTheCallsArgumentsAsText) {
    const Decoded decoded = decode(tool_stream({"", "{\"n\"", ": 7}"}), {}, with_schema(kSchema), without_native());
    EXPECT_EQ(decoded.choice().text, "{\"n\": 7}");
    EXPECT_TRUE(decoded.choice().tool_calls.empty());
    EXPECT_EQ(decoded.choice().finish, FinishReason::stop);
}

TEST(AnthropicStructuredOutput, ReadsTheCallInWholeAnswersAndSuppressesTextBesideIt) {
    const Answer answer{.body = R"({"id":"m","content":[{"type":"text","text":"Here:"},
        {"type":"tool_use","id":"t","name":"json_output","input":{"n":7}}],"stop_reason":"tool_use"})"};
    const Decoded decoded = decode(answer, {}, with_schema(kSchema), without_native());
    EXPECT_EQ(decoded.choice().text, R"({"n":7})");
    EXPECT_EQ(decoded.choice().finish, FinishReason::stop);
}

TEST(AnthropicStructuredOutput, KeepsTextWhenTheCallNeverComes) {
    const Decoded decoded = decode(text_stream({"I will ", "not."}), {}, with_schema(kSchema), without_native());
    EXPECT_EQ(decoded.choice().text, "I will not.");
}

TEST(AnthropicStructuredOutput, WrapsSchemasThatAreNoObjectAndUnwrapsTheAnswer) {
    const std::string list = R"({"type":"array","items":{"type":"object"}})";
    EXPECT_EQ(
        without_native().body(with_schema(list))["tools"][0]["input_schema"],
        json::parse(
            R"({"type":"object","properties":{"value":{"type":"array","items":{"type":"object"}}},"required":["value"]})"));
    const Answer answer = tool_stream({"{", "\"val", "ue\" : ", "[{", "\"a\":{}", "}", "]", " }\n"});
    for (const std::size_t piece : {answer.body.size(), std::size_t{1}}) {
        const Decoded decoded = decode(answer, every(piece, answer.body.size()), with_schema(list), without_native());
        EXPECT_EQ(decoded.choice().text, R"([{"a":{}}])");
    }
}

TEST(AnthropicStructuredOutput, StripsTheFenceThatModelsWriteAnyway) {
    ChatRequest object = ask_limited("q");
    object.response_format.kind = ResponseFormat::Kind::json_object;
    const auto text = [&](std::initializer_list<std::string> fragments) {
        return decode(text_stream(fragments), {}, object).choice().text;
    };
    EXPECT_EQ(text({"``", "`json\n{\"a\":", "\"`\"}\n`", "``\n"}), "{\"a\":\"`\"}");
    EXPECT_EQ(text({"\n```\n{}\n```"}), "{}");
    EXPECT_EQ(text({"{\"a\"", ":1}"}), "{\"a\":1}");
    EXPECT_EQ(text({"``"}), "``") << "not a fence after all";
    EXPECT_EQ(text({"```json\n{\"a\":``"}), "{\"a\":``") << "cut inside";
}

}  // namespace
}  // namespace breakwater::testing_anthropic
