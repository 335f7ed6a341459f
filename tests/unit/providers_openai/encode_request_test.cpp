#include <gtest/gtest.h>

#include "encode_support.hpp"
#include "providers/openai/module.hpp"

namespace breakwater::test {
namespace {

ChatRequest full_request() {
    ChatRequest request = hello();
    request.tools = {{.name = "get", .description = "Gets.", .parameters = R"({"type":"object"})", .strict = true}};
    request.tool_choice = {.mode = ToolChoice::Mode::required};
    request.parallel_tool_calls = false;
    request.sampling = {.temperature = 0.5,
                        .top_p = 0.9,
                        .frequency_penalty = 0.1,
                        .presence_penalty = -0.1,
                        .seed = 7,
                        .stop = {"END"},
                        .logit_bias = R"({"50256":-100})"};
    request.max_tokens = 100;
    request.n = 2;
    request.logprobs = true;
    request.top_logprobs = 3;
    request.response_format = {
        .kind = ResponseFormat::Kind::json_schema, .name = "out", .schema = R"({"type":"object"})", .strict = true};
    request.reasoning.effort = ReasoningEffort::low;
    request.verbosity = "low";
    request.service_tier = "flex";
    request.store = false;
    request.metadata = R"({"k":"v"})";
    request.modalities = {"text", "audio"};
    request.audio = R"({"voice":"alloy","format":"wav"})";
    request.prediction = R"({"type":"content","content":"x"})";
    request.web_search_options = "{}";
    request.user = "u1";
    request.safety_identifier = "s1";
    request.prompt_cache_key = "p1";
    request.prompt_cache_retention = "24h";
    request.prompt_cache_options = R"({"mode":"implicit"})";
    request.moderation = R"({"model":"m"})";
    return request;
}

TEST(OpenaiEncodeRequest, WritesEveryField) {
    Encoder encoder = openai_encoder();
    EXPECT_EQ(encoder.body(full_request()), Json::parse(R"({
        "model":"upstream-model",
        "messages":[{"role":"user","content":"Hello"}],
        "tools":[{"type":"function","function":{"name":"get","description":"Gets.","parameters":{"type":"object"},"strict":true}}],
        "tool_choice":"required","parallel_tool_calls":false,
        "response_format":{"type":"json_schema","json_schema":{"name":"out","schema":{"type":"object"},"strict":true}},
        "max_completion_tokens":100,"temperature":0.5,"top_p":0.9,"frequency_penalty":0.1,"presence_penalty":-0.1,
        "seed":7,"stop":["END"],"logit_bias":{"50256":-100},"n":2,"logprobs":true,"top_logprobs":3,
        "reasoning_effort":"low","verbosity":"low","modalities":["text","audio"],
        "audio":{"voice":"alloy","format":"wav"},"prediction":{"type":"content","content":"x"},"web_search_options":{},
        "service_tier":"flex","store":false,"metadata":{"k":"v"},"user":"u1","safety_identifier":"s1",
        "prompt_cache_key":"p1","prompt_cache_retention":"24h","prompt_cache_options":{"mode":"implicit"},
        "moderation":{"model":"m"}})"));
    EXPECT_TRUE(encoder.adapted.empty()) << encoder.adapted.header_value();
}

TEST(OpenaiEncodeRequest, WritesEqualRequestsAsEqualBytesWithTheModelFirst) {
    Encoder encoder;
    const auto first = encoder.encode(full_request());
    const auto second = encoder.encode(full_request());
    ASSERT_TRUE(first.has_value());
    EXPECT_EQ(first->body, second->body);
    EXPECT_TRUE(
        first->body.starts_with(R"({"model":"upstream-model","messages":[{"role":"user","content":"Hello"}],)"));
}

TEST(OpenaiEncodeRequest, AddressesTheEndpointWithKeyAndConfiguredHeaders) {
    Encoder encoder = openai_encoder();
    encoder.provider.headers = {{"X-Title", "breakwater"}, {"user-agent", "mine"}};
    const auto upstream = encoder.encode(hello());
    ASSERT_TRUE(upstream.has_value());
    EXPECT_EQ(upstream->method, "POST");
    EXPECT_EQ(upstream->target, "/chat/completions");
    EXPECT_EQ(upstream->headers.get("authorization"), "Bearer key-1");
    EXPECT_EQ(upstream->headers.get("content-type"), "application/json");
    EXPECT_EQ(upstream->headers.get("accept"), "application/json");
    EXPECT_EQ(upstream->headers.get("x-title"), "breakwater");
    EXPECT_EQ(upstream->headers.get("user-agent"), "mine");
    EXPECT_EQ(upstream->headers.count("user-agent"), 1u);
}

TEST(OpenaiEncodeRequest, SendsNoAuthorizationWithoutAKey) {
    Encoder encoder;
    encoder.credential = Secret();
    const auto upstream = encoder.encode(hello());
    ASSERT_TRUE(upstream.has_value());
    EXPECT_EQ(upstream->headers.count("authorization"), 0u);
}

TEST(OpenaiEncodeRequest, AlwaysAsksForUsageInStreams) {
    ChatRequest request = hello();
    request.stream = true;
    Encoder other;
    const auto upstream = other.encode(request);
    ASSERT_TRUE(upstream.has_value());
    EXPECT_EQ(upstream->headers.get("accept"), "text/event-stream");
    EXPECT_EQ(Json::parse(upstream->body)["stream_options"], Json::parse(R"({"include_usage":true})"));
    Encoder mistral("https://api.mistral.ai/v1");
    EXPECT_FALSE(mistral.body(request).contains("stream_options"));
    EXPECT_EQ(mistral.body(request)["stream"], true);
}

TEST(OpenaiEncodeRequest, NamesTheTokenLimitAsTheModelWantsIt) {
    ChatRequest request = hello();
    request.max_tokens = 5;
    Encoder other;
    EXPECT_EQ(other.body(request)["max_tokens"], 5);
    other.deployment.facts.vendor = "openai";
    EXPECT_EQ(other.body(request)["max_completion_tokens"], 5);
    EXPECT_FALSE(other.body(request).contains("max_tokens"));
    Encoder azure("https://res.openai.azure.com/openai/v1");
    EXPECT_EQ(azure.body(request)["max_tokens"], 5);
    Encoder own_address("");
    EXPECT_EQ(own_address.body(request)["max_completion_tokens"], 5);
}

TEST(OpenaiEncodeRequest, LetsThePresetNameTheVendorOfAnotherAddress) {
    Encoder encoder;
    encoder.provider.preset = "mistral";
    ChatRequest request = hello();
    request.sampling.seed = 7;
    EXPECT_EQ(encoder.body(request)["random_seed"], 7);
}

TEST(OpenaiEncodeRequest, PassesExtensionsInOrderButNotTheGatewaysOwn) {
    ChatRequest request = hello();
    request.extensions = {{"min_p", "0.1"},     {"route", "{}"},     {"models", "[]"},
                          {"provider", "{}"},   {"fallbacks", "[]"}, {"chat_template_kwargs", R"({"b":1,"a":2})"},
                          {"breakwater", "{}"}, {"top_a", "null"}};
    Encoder encoder;
    const auto upstream = encoder.encode(request);
    ASSERT_TRUE(upstream.has_value());
    EXPECT_TRUE(upstream->body.ends_with(R"(,"min_p":0.1,"chat_template_kwargs":{"b":1,"a":2}})")) << upstream->body;
}

TEST(OpenaiEncodeRequest, LeavesOutTheFieldsAboutToolsWithoutTools) {
    ChatRequest request = hello();
    request.tool_choice.mode = ToolChoice::Mode::automatic;
    request.parallel_tool_calls = true;
    Encoder encoder = openai_encoder();
    EXPECT_EQ(encoder.body(request),
              Json::parse(R"({"model":"upstream-model","messages":[{"role":"user","content":"Hello"}]})"));
}

TEST(OpenaiEncodeRequest, WritesToolsOfEveryKind) {
    ChatRequest request = hello();
    request.tools = {{.name = "ping"},
                     {.kind = Tool::Kind::custom, .name = "run", .definition = R"({"type":"text"})"},
                     {.kind = Tool::Kind::hosted, .definition = R"({"type":"web_search"})"}};
    request.tool_choice = {.mode = ToolChoice::Mode::named, .name = "run", .custom = true};
    Encoder encoder = openai_encoder();
    EXPECT_EQ(encoder.body(request)["tools"], Json::parse(R"([{"type":"function","function":{"name":"ping"}},
        {"type":"custom","custom":{"name":"run","format":{"type":"text"}}},{"type":"web_search"}])"));
    EXPECT_EQ(encoder.body(request)["tool_choice"], Json::parse(R"({"type":"custom","custom":{"name":"run"}})"));
    Encoder other;
    EXPECT_EQ(other.body(request)["tools"][0]["function"]["parameters"],
              Json::parse(R"({"type":"object","properties":{}})"));
}

TEST(OpenaiEncodeRequest, SendsOnlyTheAllowedToolsToVendorsWithoutSuchAChoice) {
    ChatRequest request = hello();
    request.tools = {{.name = "get"}, {.name = "put"}};
    request.tool_choice = {.mode = ToolChoice::Mode::required, .allowed = {"put"}};
    Encoder official = openai_encoder();
    EXPECT_EQ(official.body(request)["tool_choice"], Json::parse(R"({"type":"allowed_tools","allowed_tools":
        {"mode":"required","tools":[{"type":"function","function":{"name":"put"}}]}})"));
    EXPECT_EQ(official.body(request)["tools"].size(), 2u);
    Encoder other;
    EXPECT_EQ(other.body(request)["tools"].size(), 1u);
    EXPECT_EQ(other.body(request)["tool_choice"], "required");
    EXPECT_EQ(other.adapted.header_value(), "tool_choice=emulated");
}

TEST(OpenaiEncodeRequest, TellsTheModelTheSchemaThatItsApiDoesNotTake) {
    ChatRequest request = hello();
    request.response_format = {
        .kind = ResponseFormat::Kind::json_schema, .name = "out", .schema = R"({"properties":{"a":{}}})"};
    Encoder encoder;
    encoder.deployment.capabilities.set(Feature::json_schema, Support::emulated);
    const Json body = encoder.body(request);
    EXPECT_EQ(body["response_format"], Json::parse(R"({"type":"json_object"})"));
    EXPECT_EQ(body["messages"][0]["role"], "system");
    EXPECT_NE(body["messages"][0]["content"].get<std::string>().find(R"({"properties":{"a":{}}})"), std::string::npos);
    EXPECT_EQ(body["messages"][1]["content"], "Hello");
    EXPECT_EQ(encoder.adapted.header_value(), "response_format=emulated");
}

TEST(OpenaiEncodeRequest, WritesReasoningInTheWordsOfTheVendor) {
    ChatRequest request = hello();
    request.reasoning = {.effort = ReasoningEffort::none};
    Encoder deepseek("https://api.deepseek.com");
    EXPECT_EQ(deepseek.body(request)["thinking"], Json::parse(R"({"type":"disabled"})"));
    request.reasoning = {.effort = ReasoningEffort::high, .native = R"({"type":"enabled"})"};
    Encoder official = openai_encoder();
    EXPECT_EQ(official.body(request)["reasoning_effort"], "high");
    EXPECT_FALSE(official.body(request).contains("thinking"));
    EXPECT_EQ(official.adapted.header_value(), "thinking=dropped");
    Encoder other;
    EXPECT_EQ(other.body(request)["thinking"], Json::parse(R"({"type":"enabled"})"));
}

TEST(OpenaiEncodeRequest, MapsABudgetToAnEffort) {
    ChatRequest request = hello();
    request.reasoning.budget_tokens = 4096;
    Encoder encoder = openai_encoder();
    EXPECT_EQ(encoder.body(request)["reasoning_effort"], "medium");
    EXPECT_EQ(encoder.adapted.header_value(), "reasoning.max_tokens=mapped");
}

TEST(OpenaiEncodeRequest, SendsTogetherACountOfLogprobs) {
    ChatRequest request = hello();
    request.logprobs = true;
    request.top_logprobs = 4;
    Encoder encoder("https://api.together.xyz/v1");
    EXPECT_EQ(encoder.body(request)["logprobs"], 4);
    EXPECT_FALSE(encoder.body(request).contains("top_logprobs"));
}

TEST(OpenaiModule, IsTheDialectOpenai) {
    const ProviderModule module = openai_module();
    EXPECT_EQ(module.dialect, "openai");
    EXPECT_EQ(module.default_base_url, "https://api.openai.com/v1");
    EXPECT_TRUE(module.needs_key);
    EXPECT_EQ(module.capabilities().feature(Feature::prompt_caching), Support::absent);
    EXPECT_TRUE(module.capabilities().supports(Feature::tools));
}

}  // namespace
}  // namespace breakwater::test
