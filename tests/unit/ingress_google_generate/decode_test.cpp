#include <gtest/gtest.h>

#include "support.hpp"

namespace breakwater {
namespace {

using test::decode;
using test::json;
using test::request_with;

ChatRequest decoded(const json& body) {
    Result<ChatRequest> request = decode(body.dump());
    EXPECT_TRUE(request) << (request ? "" : request.error().message);
    return request ? *request : ChatRequest{};
}

Error refused(const json& body) {
    Result<ChatRequest> request = decode(body.dump());
    EXPECT_FALSE(request) << body.dump();
    return request ? Error(ErrorKind::internal, "") : request.error();
}

TEST(GoogleGenerateDecode, ReadsSettings) {
    const ChatRequest request =
        decoded(request_with({{"systemInstruction", {{"parts", {{{"text", "Be terse."}}}}}},
                              {"serviceTier", "SERVICE_TIER_FLEX"},
                              {"generationConfig",
                               {{"temperature", 0.2},
                                {"topP", 0.9},
                                {"topK", 40.0},
                                {"candidateCount", 2},
                                {"maxOutputTokens", 1024},
                                {"stopSequences", {"END"}},
                                {"seed", 7},
                                {"presencePenalty", 0.5},
                                {"frequencyPenalty", -0.5},
                                {"responseLogprobs", true},
                                {"logprobs", 5},
                                {"responseModalities", {"TEXT"}},
                                {"thinkingConfig", {{"thinkingLevel", "LOW"}, {"includeThoughts", true}}}}}}));
    ASSERT_EQ(request.messages.size(), 2u);
    EXPECT_EQ(request.messages[0].role, Role::system);
    EXPECT_TRUE(request.messages[0].plain);
    EXPECT_EQ(request.sampling.temperature, 0.2);
    EXPECT_EQ(request.sampling.top_p, 0.9);
    EXPECT_EQ(request.sampling.top_k, 40);
    EXPECT_EQ(request.n, 2);
    EXPECT_EQ(request.max_tokens, 1024);
    EXPECT_EQ(request.sampling.stop, std::vector<std::string>{"END"});
    EXPECT_EQ(request.sampling.seed, 7);
    EXPECT_EQ(request.sampling.presence_penalty, 0.5);
    EXPECT_EQ(request.sampling.frequency_penalty, -0.5);
    EXPECT_EQ(request.logprobs, true);
    EXPECT_EQ(request.top_logprobs, 5);
    EXPECT_EQ(request.modalities, std::vector<std::string>{"text"});
    EXPECT_EQ(request.reasoning.effort, ReasoningEffort::low);
    EXPECT_EQ(request.reasoning.shown, true);
    EXPECT_EQ(request.service_tier, "flex");
    EXPECT_TRUE(request.extensions.empty());
}

TEST(GoogleGenerateDecode, TakesSnakeCaseToo) {
    const ChatRequest request =
        decoded(request_with({{"system_instruction", "Be terse."},
                              {"generation_config",
                               {{"max_output_tokens", 9},
                                {"response_mime_type", "application/json"},
                                {"response_schema", {{"type", "STRING"}}},
                                {"thinking_config", {{"thinking_budget", 100}}}}},
                              {"tool_config", {{"function_calling_config", {{"mode", "NONE"}}}}},
                              {"tools", {{{"function_declarations", {{{"name", "f"}}}}}}}}));
    EXPECT_EQ(request.messages[0].role, Role::system);
    EXPECT_EQ(request.max_tokens, 9);
    EXPECT_EQ(request.response_format.schema, R"({"type":"string"})");
    EXPECT_EQ(request.reasoning.budget_tokens, 100);
    EXPECT_EQ(request.tool_choice.mode, ToolChoice::Mode::none);
    EXPECT_EQ(request.tools.at(0).name, "f");
}

TEST(GoogleGenerateDecode, ReadsThinking) {
    const auto thinking = [](const json& config) {
        return decoded(request_with({{"generationConfig", {{"thinkingConfig", config}}}}));
    };
    EXPECT_EQ(thinking({{"thinkingBudget", 0}}).reasoning.effort, ReasoningEffort::none);
    EXPECT_EQ(thinking({{"thinkingBudget", 2048}}).reasoning.budget_tokens, 2048);
    const ChatRequest dynamic = thinking({{"thinkingBudget", -1}, {"includeThoughts", false}});
    EXPECT_FALSE(dynamic.reasoning.budget_tokens || dynamic.reasoning.effort);
    EXPECT_EQ(dynamic.reasoning.shown, false);
    ASSERT_EQ(dynamic.extensions.size(), 1u);
    EXPECT_EQ(dynamic.extensions[0].first, "thinkingConfig");
    EXPECT_EQ(thinking({{"thinkingLevel", "THINKING_LEVEL_UNSPECIFIED"}}).reasoning.effort, std::nullopt);
    EXPECT_EQ(refused(request_with({{"generationConfig", {{"thinkingConfig", {{"thinkingLevel", "SOME"}}}}}})).param,
              "generationConfig.thinkingConfig.thinkingLevel");
    EXPECT_EQ(refused(request_with({{"generationConfig",
                                     {{"thinkingConfig", {{"thinkingLevel", "LOW"}, {"thinkingBudget", 9}}}}}}))
                  .param,
              "generationConfig.thinkingConfig.thinkingBudget");
}

TEST(GoogleGenerateDecode, TurnsSchemasIntoJsonSchema) {
    const json schema = {{"type", "OBJECT"},
                         {"properties",
                          {{"a", {{"type", "INTEGER"}, {"nullable", true}, {"minimum", "1"}}},
                           {"type", {{"type", "ARRAY"}, {"items", {{"type", "STRING"}, {"enum", {"x"}}}}}},
                           {"b", {{"any_of", {{{"type", "STRING"}}, {{"type", "NUMBER"}}}}, {"nullable", true}}}}},
                         {"propertyOrdering", {"a", "b"}},
                         {"required", {"a"}}};
    const ChatRequest request = decoded(
        request_with({{"generationConfig", {{"responseMimeType", "application/json"}, {"responseSchema", schema}}}}));
    EXPECT_EQ(request.response_format.kind, ResponseFormat::Kind::json_schema);
    EXPECT_EQ(json::parse(request.response_format.schema),
              json({{"type", "object"},
                    {"properties",
                     {{"a", {{"type", {"integer", "null"}}, {"minimum", 1}}},
                      {"type", {{"type", "array"}, {"items", {{"type", "string"}, {"enum", {"x"}}}}}},
                      {"b", {{"anyOf", {{{"type", "string"}}, {{"type", "number"}}, {{"type", "null"}}}}}}}},
                    {"required", {"a"}}}));
}

TEST(GoogleGenerateDecode, ReadsTheFormOfTheAnswer) {
    const auto format = [](const json& config) {
        return decoded(request_with({{"generationConfig", config}})).response_format.kind;
    };
    EXPECT_EQ(format({{"responseMimeType", "application/json"}}), ResponseFormat::Kind::json_object);
    EXPECT_EQ(format({{"responseMimeType", "text/plain"}}), ResponseFormat::Kind::unset);
    const ChatRequest words = decoded(request_with(
        {{"generationConfig",
          {{"responseMimeType", "text/x.enum"}, {"responseSchema", {{"type", "STRING"}, {"enum", {"a", "b"}}}}}}}));
    EXPECT_EQ(words.response_format.kind, ResponseFormat::Kind::unset);
    EXPECT_EQ(json::parse(words.extensions.at(0).second)["responseMimeType"], "text/x.enum");
    EXPECT_NE(refused(request_with({{"generationConfig", {{"responseSchema", {{"type", "STRING"}}}}}}))
                  .message.find("responseMimeType"),
              std::string::npos);
    refused(request_with({{"generationConfig", {{"responseMimeType", "image/png"}}}}));
}

TEST(GoogleGenerateDecode, KeepsWhatOnlyTheVendorKnows) {
    const json settings = {{{"category", "HARM_CATEGORY_HARASSMENT"}, {"threshold", "BLOCK_NONE"}}};
    const ChatRequest request = decoded(request_with({{"safetySettings", settings},
                                                      {"cached_content", "cachedContents/1"},
                                                      {"generationConfig", {{"mediaResolution", "LOW"}}},
                                                      {"labels", {{"team", "a"}}}}));
    ASSERT_EQ(request.extensions.size(), 3u);
    EXPECT_EQ(request.extensions[0].first, "cachedContent");
    EXPECT_EQ(request.extensions[0].second, "\"cachedContents/1\"");
    EXPECT_EQ(json::parse(request.extensions[1].second), settings);
    EXPECT_EQ(request.extensions[2].first, "generationConfig");
    EXPECT_EQ(request.extensions[2].second, R"({"mediaResolution":"LOW"})");
    EXPECT_EQ(request.metadata, R"({"team":"a"})");
}

TEST(GoogleGenerateDecode, ReadsTools) {
    const json tools = {{{"functionDeclarations",
                          {{{"name", "a"}, {"description", "A"}, {"parameters", {{"type", "OBJECT"}}}},
                           {{"name", "b"}, {"parametersJsonSchema", {{"type", "object"}}}},
                           {{"name", "c"}}}}},
                        {{"googleSearch", json::object()}},
                        {{"codeExecution", json::object()}},
                        {{"googleMaps", {{"enableWidget", true}}}}};
    const ChatRequest request = decoded(request_with(
        {{"tools", tools},
         {"toolConfig",
          {{"functionCallingConfig", {{"mode", "VALIDATED"}}}, {"retrievalConfig", {{"languageCode", "no"}}}}}}));
    ASSERT_EQ(request.extensions.size(), 2u);
    EXPECT_EQ(request.extensions[0].first, "functionCallingMode");
    EXPECT_EQ(request.extensions[1].second, R"({"languageCode":"no"})");
    ASSERT_EQ(request.tools.size(), 5u);
    EXPECT_EQ(request.tools[0].parameters, R"({"type":"object"})");
    EXPECT_EQ(request.tools[1].parameters, R"({"type":"object"})");
    EXPECT_EQ(request.tools[2].parameters, "");
    EXPECT_EQ(request.tools[3].definition, R"({"type":"code_execution","code_execution":{}})");
    EXPECT_EQ(request.tools[4].definition, R"({"type":"googleMaps","googleMaps":{"enableWidget":true}})");
    EXPECT_EQ(request.web_search_options, "{}");
    EXPECT_EQ(request.tool_choice.mode, ToolChoice::Mode::automatic);
}

TEST(GoogleGenerateDecode, ReadsTheChoiceOfTools) {
    const auto choice = [](const json& calling) {
        return decoded(request_with({{"tools", {{{"functionDeclarations", {{{"name", "a"}}, {{"name", "b"}}}}}}},
                                     {"toolConfig", {{"functionCallingConfig", calling}}}}))
            .tool_choice;
    };
    EXPECT_EQ(choice({{"mode", "ANY"}}).mode, ToolChoice::Mode::required);
    const ToolChoice one = choice({{"mode", "ANY"}, {"allowedFunctionNames", {"b"}}});
    EXPECT_EQ(one.mode, ToolChoice::Mode::named);
    EXPECT_EQ(one.name, "b");
    const ToolChoice two = choice({{"mode", "any"}, {"allowedFunctionNames", {"a", "b"}}});
    EXPECT_EQ(two.mode, ToolChoice::Mode::required);
    EXPECT_EQ(two.allowed.size(), 2u);
    EXPECT_EQ(choice({{"mode", "VALIDATED"}}).mode, ToolChoice::Mode::automatic);
    EXPECT_EQ(choice(json::object()).mode, ToolChoice::Mode::unset);
    // Without a function there is nothing to choose.
    EXPECT_EQ(decoded(request_with({{"toolConfig", {{"functionCallingConfig", {{"mode", "ANY"}}}}}})).tool_choice.mode,
              ToolChoice::Mode::unset);
}

TEST(GoogleGenerateDecode, NamesTheMistake) {
    EXPECT_EQ(refused({{"contents", json::array()}}).param, "contents");
    EXPECT_EQ(refused({{"contents", "hi"}}).code, "invalid_type");
    EXPECT_EQ(refused({{"contents", {{{"role", "invalid_role"}, {"parts", {{{"text", "a"}}}}}}}}).param,
              "contents[0].role");
    EXPECT_EQ(refused({{"contents", {{{"role", 5}, {"parts", {{{"text", "a"}}}}}}}}).code, "invalid_type");
    EXPECT_EQ(refused({{"contents", {{{"parts", {{{"what", 1}}}}}}}}).param, "contents[0].parts[0]");
    EXPECT_EQ(refused(request_with({{"generation_config", {{"temperature", 3}}}})).param,
              "generation_config.temperature");
    EXPECT_EQ(refused(request_with({{"tools", {{{"functionDeclarations", {{{"name", "a b"}}}}}}}})).param,
              "tools[0].functionDeclarations[0].name");
    EXPECT_EQ(refused(request_with({{"tools", {{{"functionDeclarations", {{{"name", "a"}}}}}}},
                                    {"toolConfig",
                                     {{"functionCallingConfig", {{"mode", "ANY"}, {"allowedFunctionNames", {"x"}}}}}}}))
                  .param,
              "toolConfig");
}

TEST(GoogleGenerateDecode, RefusesANameInBothSpellings) {
    EXPECT_EQ(refused(request_with({{"safetySettings", json::array()}, {"safety_settings", json::array()}})).code,
              "duplicate_key");
    EXPECT_EQ(refused(request_with({{"generationConfig", {{"topP", 0.1}, {"top_p", 0.2}}}})).code, "duplicate_key");
    json many = request_with(json::object());
    for (int i = 0; i < 600; ++i) many["m" + std::to_string(i)] = i;
    EXPECT_EQ(refused(many).code, "object_above_max_properties");
}

TEST(GoogleGenerateDecode, KeepsTheBytesThatCanGoOn) {
    JsonReader reader;
    std::string body =
        R"({"contents": [ {"role":"user","parts":[{"text":"a"}]} ],"system_instruction":{"parts":[{"text":"b"}]},"tools":[]})";
    ChatRequest request;
    request.model = "m";
    ASSERT_TRUE(google_generate_ingress().decode(body, reader, request));
    ASSERT_NE(request.sent, nullptr);
    EXPECT_EQ(request.sent->dialect, ClientDialect::google_generate);
    EXPECT_EQ(request.sent->messages, R"([ {"role":"user","parts":[{"text":"a"}]} ])");
    EXPECT_EQ(request.sent->system, R"({"parts":[{"text":"b"}]})");
    EXPECT_EQ(request.sent->tools, "[]");
    // A turn without its role, and a seal that is not the vendor's.
    EXPECT_EQ(decode(R"({"contents":[{"parts":[{"text":"a"}]}]})")->sent->messages, "");
    const std::string wrapped = R"({"contents":[{"role":"user","parts":[{"text":"a"}]},{"role":"model","parts":[)"
                                R"({"text":"b","thought":true,"thoughtSignature":"YnJlYWt3YXRlci1zZWFsOng="}]}]})";
    EXPECT_EQ(decode(wrapped)->sent->messages, "");
}

TEST(GoogleGenerateDecode, AlwaysWantsUsage) {
    EXPECT_TRUE(decode(request_with(json::object()).dump(), true)->include_usage);
    EXPECT_FALSE(decode(request_with(json::object()).dump(), false)->include_usage);
}

}  // namespace
}  // namespace breakwater
