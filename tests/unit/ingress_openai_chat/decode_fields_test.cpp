#include <gtest/gtest.h>

#include "chat_support.hpp"

namespace breakwater {
namespace {

using test::decode;
using test::json;
using test::request_with;

ChatRequest every_field() {
    const Result<ChatRequest> request = decode(test::read_fixture("every_field.json"));
    EXPECT_TRUE(request) << request.error().message;
    return request.value_or(ChatRequest{});
}

ChatRequest decoded(const json& body) {
    const Result<ChatRequest> request = decode(body.dump());
    EXPECT_TRUE(request) << request.error().message;
    return request.value_or(ChatRequest{});
}

TEST(OpenAiChatDecode, ReadsSampling) {
    const Sampling sampling = every_field().sampling;
    EXPECT_EQ(sampling.temperature, 1.0);
    EXPECT_EQ(sampling.top_p, 0.5);
    EXPECT_EQ(sampling.top_k, 40);
    EXPECT_EQ(sampling.frequency_penalty, -2.0);
    EXPECT_EQ(sampling.presence_penalty, 2.0);
    EXPECT_EQ(sampling.seed, std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(sampling.stop, (std::vector<std::string>{"END", "STOP"}));
    EXPECT_EQ(json::parse(sampling.logit_bias), json({{"50256", -100}}));
}

TEST(OpenAiChatDecode, ReadsLimitsAndSwitches) {
    const ChatRequest request = every_field();
    EXPECT_EQ(request.model, "smart");
    EXPECT_EQ(request.max_tokens, 100) << "max_completion_tokens wins, and 100.0 is an integer";
    EXPECT_EQ(request.n, 2);
    EXPECT_EQ(request.logprobs, true);
    EXPECT_EQ(request.top_logprobs, 5);
    EXPECT_EQ(request.parallel_tool_calls, false);
    EXPECT_EQ(request.store, false);
    EXPECT_TRUE(request.stream);
    EXPECT_TRUE(request.include_usage);
    EXPECT_FALSE(request.legacy_functions);
}

TEST(OpenAiChatDecode, ReadsReasoning) {
    const Reasoning reasoning = every_field().reasoning;
    EXPECT_EQ(reasoning.effort, ReasoningEffort::high);
    EXPECT_EQ(reasoning.budget_tokens, 2048);
    EXPECT_EQ(json::parse(reasoning.native), json({{"type", "enabled"}, {"budget_tokens", 2048}}));
}

TEST(OpenAiChatDecode, ReadsWordsAndObjects) {
    const ChatRequest request = every_field();
    EXPECT_EQ(request.verbosity, "low");
    EXPECT_EQ(request.service_tier, "flex");
    EXPECT_EQ(request.user, "u-1");
    EXPECT_EQ(request.safety_identifier, "s-1");
    EXPECT_EQ(request.prompt_cache_key, "k-1");
    EXPECT_EQ(request.prompt_cache_retention, "24h");
    EXPECT_EQ(request.modalities, (std::vector<std::string>{"text", "audio"}));
    EXPECT_EQ(json::parse(request.metadata), json({{"team", "a"}}));
    EXPECT_EQ(json::parse(request.audio), json({{"voice", "alloy"}, {"format", "pcm16"}}));
    EXPECT_EQ(json::parse(request.prediction), json({{"type", "content"}, {"content", "A"}}));
    EXPECT_EQ(json::parse(request.web_search_options), json({{"search_context_size", "low"}}));
    EXPECT_EQ(json::parse(request.prompt_cache_options), json({{"mode", "implicit"}}));
    EXPECT_EQ(json::parse(request.moderation), json({{"model", "m"}}));
}

TEST(OpenAiChatDecode, ReadsAResponseFormatAndKeepsTheOrderOfItsSchema) {
    const ResponseFormat format = every_field().response_format;
    EXPECT_EQ(format.kind, ResponseFormat::Kind::json_schema);
    EXPECT_EQ(format.name, "cat");
    EXPECT_EQ(format.description, "A cat");
    EXPECT_EQ(format.strict, true);
    EXPECT_EQ(format.schema, R"({"type":"object","properties":{"z":{"type":"string"},"a":{"const":1.0}}})");
}

TEST(OpenAiChatDecode, KeepsUnknownMembersInTheClientsOrder) {
    using Extension = std::pair<std::string, JsonText>;
    const std::vector<Extension> expected{{"route", R"({"prefer":"cost"})"},
                                          {"models", R"(["a","b"])"},
                                          {"provider", R"({"order":["x"]})"},
                                          {"fallbacks", R"(["c"])"},
                                          {"vendor_flag", "1.5"}};
    EXPECT_EQ(every_field().extensions, expected) << "and a null is no member";
}

TEST(OpenAiChatDecode, ReadsTools) {
    const std::vector<Tool> tools = every_field().tools;
    ASSERT_EQ(tools.size(), 3U);
    EXPECT_EQ(tools[0].kind, Tool::Kind::function);
    EXPECT_EQ(tools[0].name, "look");
    EXPECT_EQ(tools[0].description, "Looks");
    EXPECT_EQ(tools[0].parameters, R"({"type":"object"})");
    EXPECT_EQ(tools[0].strict, false);
    EXPECT_EQ(tools[0].cache_control, R"({"type":"ephemeral"})");
    EXPECT_EQ(tools[1].kind, Tool::Kind::custom);
    EXPECT_EQ(tools[1].name, "shell");
    EXPECT_EQ(tools[1].definition, R"({"type":"text"})");
    EXPECT_EQ(tools[2].kind, Tool::Kind::hosted);
    EXPECT_EQ(tools[2].name, "web_search");
    EXPECT_EQ(json::parse(tools[2].definition), json({{"type", "web_search"}, {"max_uses", 2}}));
}

TEST(OpenAiChatDecode, ReadsEveryToolChoice) {
    const json tools{{{"type", "function"}, {"function", {{"name", "f"}}}},
                     {{"type", "custom"}, {"custom", {{"name", "c"}}}}};
    const auto choice = [&](const json& value) {
        return decoded(request_with({{"tools", tools}, {"tool_choice", value}})).tool_choice;
    };
    using enum ToolChoice::Mode;
    EXPECT_EQ(choice(nullptr).mode, unset);
    EXPECT_EQ(choice("none").mode, none);
    EXPECT_EQ(choice("auto").mode, automatic);
    EXPECT_EQ(choice("required").mode, required);

    const ToolChoice function = choice({{"type", "function"}, {"function", {{"name", "f"}}}});
    EXPECT_EQ(function.mode, named);
    EXPECT_EQ(function.name, "f");
    EXPECT_FALSE(function.custom);

    const ToolChoice custom = choice({{"type", "custom"}, {"custom", {{"name", "c"}}}});
    EXPECT_EQ(custom.mode, named);
    EXPECT_EQ(custom.name, "c");
    EXPECT_TRUE(custom.custom);

    const ToolChoice allowed = every_field().tool_choice;
    EXPECT_EQ(allowed.mode, required);
    EXPECT_EQ(allowed.allowed, (std::vector<std::string>{"look", "web_search"}));
}

TEST(OpenAiChatDecode, TakesNullForAbsent) {
    json body = request_with(json::object());
    const json every = json::parse(test::read_fixture("every_field.json"));
    for (const auto& [name, value] : every.items()) {
        if (!body.contains(name)) body[name] = nullptr;
    }
    const ChatRequest request = decoded(body);
    EXPECT_EQ(request.sampling.temperature, std::nullopt);
    EXPECT_EQ(request.max_tokens, std::nullopt);
    EXPECT_EQ(request.response_format.kind, ResponseFormat::Kind::unset);
    EXPECT_FALSE(request.stream);
    EXPECT_TRUE(request.tools.empty());
    EXPECT_TRUE(request.metadata.empty());
    EXPECT_TRUE(request.extensions.empty());
}

TEST(OpenAiChatDecode, TakesStopAsOneString) {
    EXPECT_EQ(decoded(request_with({{"stop", "END"}})).sampling.stop, std::vector<std::string>{"END"});
}

TEST(OpenAiChatDecode, TakesTheDeprecatedTokenLimitAlone) {
    EXPECT_EQ(decoded(request_with({{"max_tokens", 7}})).max_tokens, 7);
}

TEST(OpenAiChatDecode, IgnoresStreamOptionsWithoutStream) {
    const ChatRequest request = decoded(request_with({{"stream_options", {{"include_usage", true}}}}));
    EXPECT_FALSE(request.stream);
    EXPECT_FALSE(request.include_usage);
}

TEST(OpenAiChatDecode, IgnoresSwitchesOfToolsThatAreNotThere) {
    const json members{{"tools", json::array()}, {"tool_choice", "auto"}, {"parallel_tool_calls", true}};
    const ChatRequest request = decoded(request_with(members));
    EXPECT_EQ(request.tool_choice.mode, ToolChoice::Mode::unset);
    EXPECT_EQ(request.parallel_tool_calls, std::nullopt);
}

TEST(OpenAiChatDecode, TurnsLegacyFunctionsIntoTools) {
    const json members{{"functions", {{{"name", "f"}, {"description", "d"}, {"parameters", {{"type", "object"}}}}}},
                       {"function_call", {{"name", "f"}}}};
    const ChatRequest request = decoded(request_with(members));
    EXPECT_TRUE(request.legacy_functions);
    ASSERT_EQ(request.tools.size(), 1U);
    EXPECT_EQ(request.tools[0].kind, Tool::Kind::function);
    EXPECT_EQ(request.tools[0].name, "f");
    EXPECT_EQ(request.tools[0].description, "d");
    EXPECT_EQ(request.tools[0].parameters, R"({"type":"object"})");
    EXPECT_EQ(request.tool_choice.mode, ToolChoice::Mode::named);
    EXPECT_EQ(request.tool_choice.name, "f");
    EXPECT_EQ(request.parallel_tool_calls, false) << "the legacy answer has room for one call";
}

}  // namespace
}  // namespace breakwater
