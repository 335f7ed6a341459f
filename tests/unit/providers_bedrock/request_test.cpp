#include "support.hpp"

namespace breakwater::testing_bedrock {
namespace {

TEST(BedrockRequest, IsSignedAndCompleteForAPlainQuestion) {
    Rig rig("anthropic.claude-3-5-sonnet-20240620-v1:0");
    ChatRequest request{.messages = {user("Hi")}, .max_tokens = 64};

    const Result<HttpRequest> http = rig.encode(request);

    ASSERT_TRUE(http);
    EXPECT_EQ(http->method, "POST");
    EXPECT_EQ(http->target, "/model/anthropic.claude-3-5-sonnet-20240620-v1%3A0/converse");
    // The vector of the signer, which was computed by other means.
    EXPECT_EQ(http->body,
              R"({"messages":[{"role":"user","content":[{"text":"Hi"}]}],"inferenceConfig":{"maxTokens":64}})");
    EXPECT_EQ(http->headers.get("x-amz-date"), "20260102T030405Z");
    EXPECT_TRUE(http->headers.get("authorization")
                    .ends_with("Signature=f5eb83e9a660e6ed596b5d97d1f83b804ca6b0e47b55354feb45842fa7df74ba"));
    EXPECT_EQ(http->headers.get("accept"), "application/json");
    EXPECT_TRUE(rig.adapted.empty()) << rig.adapted.header_value();
}

TEST(BedrockRequest, AsksForAStreamAtAnotherPath) {
    Rig rig("arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-lite-v1:0");
    ChatRequest request = ask_limited("Hi");
    request.stream = true;

    const Result<HttpRequest> http = rig.encode(request);

    ASSERT_TRUE(http);
    EXPECT_EQ(http->target,
              "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fus.amazon.nova-lite-v1%3A0/"
              "converse-stream");
    EXPECT_EQ(http->headers.get("accept"), "application/vnd.amazon.eventstream");
    EXPECT_EQ(http->body.find("stream"), std::string::npos);
}

TEST(BedrockRequest, SignsAnewForEachTime) {
    Rig rig;
    const auto signature = [&rig] { return std::string(rig.encode(ask_limited("Hi"))->headers.get("authorization")); };
    const std::string first = signature();
    EXPECT_EQ(signature(), first);
    rig.now += std::chrono::seconds(1);
    EXPECT_NE(signature(), first);
}

// The transport writes path and host of the base URL, so these are what is signed.
TEST(BedrockRequest, SignsThePathAndHostOfTheBaseUrl) {
    Rig rig;
    const std::string plain = std::string(rig.encode(ask_limited("Hi"))->headers.get("authorization"));
    rig.settings.base_url = "https://bedrock-runtime.us-east-1.amazonaws.com";
    EXPECT_EQ(rig.encode(ask_limited("Hi"))->headers.get("authorization"), plain);
    rig.settings.base_url = "https://bedrock-runtime.us-east-1.amazonaws.com/proxy";
    const std::string behind = std::string(rig.encode(ask_limited("Hi"))->headers.get("authorization"));
    EXPECT_NE(behind, plain);
    rig.settings.base_url = "http://127.0.0.1:8000/proxy";
    EXPECT_NE(rig.encode(ask_limited("Hi"))->headers.get("authorization"), behind);
}

TEST(BedrockRequest, SendsAnApiKeyInsteadOfASignature) {
    Rig rig;
    rig.key = Secret("bedrock-api-key-1");
    const Result<HttpRequest> http = rig.encode(ask_limited("Hi"));
    ASSERT_TRUE(http);
    EXPECT_EQ(http->headers.get("authorization"), "Bearer bedrock-api-key-1");
    EXPECT_FALSE(http->headers.find("x-amz-date"));
}

TEST(BedrockRequest, SignsNothingWithoutKeys) {
    Rig rig;
    rig.settings.aws = {};
    rig.settings.base_url = "http://127.0.0.1:8000";
    rig.settings.headers = {{"X-Team", "a"}};
    const Result<HttpRequest> http = rig.encode(ask_limited("Hi"));
    ASSERT_TRUE(http);
    EXPECT_FALSE(http->headers.find("authorization"));
    EXPECT_EQ(http->headers.get("x-team"), "a");
}

TEST(BedrockRequest, KnowsTheAddressOfARegion) {
    const ProviderModule module = bedrock_module();
    config::Provider provider{.name = "b", .dialect = "bedrock"};
    provider.aws.region = "eu-central-1";
    EXPECT_EQ(module.address(provider), "https://bedrock-runtime.eu-central-1.amazonaws.com");
    provider.aws.region = "cn-north-1";
    EXPECT_EQ(module.address(provider), "https://bedrock-runtime.cn-north-1.amazonaws.com.cn");
}

TEST(BedrockRequest, WritesSamplingAsInferenceConfig) {
    Rig rig("meta.llama3-3-70b-instruct-v1:0");
    ChatRequest request = ask_limited("Hi");
    request.sampling = {.temperature = 1.5, .top_p = 0.9, .seed = 7, .stop = {"END", ""}};

    const json body = rig.body(request);

    EXPECT_EQ(body["inferenceConfig"],
              (json{{"maxTokens", 1000}, {"temperature", 1.0}, {"topP", 0.9}, {"stopSequences", {"END"}}}));
    EXPECT_TRUE(was_adapted(rig.adapted, "temperature", AdaptAction::clamped));
    EXPECT_TRUE(was_adapted(rig.adapted, "seed", AdaptAction::dropped));
    EXPECT_TRUE(was_adapted(rig.adapted, "stop", AdaptAction::dropped));
}

TEST(BedrockRequest, SendsClaudeOneOfTemperatureAndTopP) {
    Rig rig;
    ChatRequest request = ask_limited("Hi");
    request.sampling = {.temperature = 0.5, .top_p = 0.9};
    EXPECT_EQ(rig.body(request)["inferenceConfig"], (json{{"maxTokens", 1000}, {"temperature", 0.5}}));
    EXPECT_TRUE(was_adapted(rig.adapted, "top_p", AdaptAction::dropped));
}

TEST(BedrockRequest, LeavesOutWhatNobodySaid) {
    Rig rig("amazon.nova-micro-v1:0");
    ChatRequest request{.messages = {user("Hi")}};
    EXPECT_EQ(rig.body(request), (json{{"messages", {{{"role", "user"}, {"content", {{{"text", "Hi"}}}}}}}}));
}

TEST(BedrockRequest, PutsTopKWhereTheFamilyHasIt) {
    ChatRequest request = ask_limited("Hi");
    request.sampling.top_k = 50;
    EXPECT_EQ(Rig().body(request)["additionalModelRequestFields"], (json{{"top_k", 50}}));
    EXPECT_EQ(Rig("us.amazon.nova-pro-v1:0").body(request)["additionalModelRequestFields"],
              (json{{"inferenceConfig", {{"topK", 50}}}}));
    Rig other("deepseek.r1-v1:0");
    EXPECT_FALSE(other.body(request).contains("additionalModelRequestFields"));
    EXPECT_TRUE(was_adapted(other.adapted, "top_k", AdaptAction::dropped));
}

TEST(BedrockRequest, MergesTheClientsOwnExtraFieldsAndLetsThemWin) {
    Rig rig;
    ChatRequest request = ask_limited("Hi");
    request.sampling.top_k = 50;
    request.extensions = {{"additionalModelRequestFields", R"({"top_k":3,"x":{"y":[1]}})"},
                          {"anthropic_beta", R"(["b-1"])"},
                          {"guardrailConfig", R"({"guardrailIdentifier":"g","guardrailVersion":"1"})"},
                          {"container", R"("c")"}};
    const json body = rig.body(request);
    EXPECT_EQ(body["additionalModelRequestFields"],
              (json{{"top_k", 3}, {"x", {{"y", {1}}}}, {"anthropic_beta", {"b-1"}}}));
    EXPECT_EQ(body["guardrailConfig"], (json{{"guardrailIdentifier", "g"}, {"guardrailVersion", "1"}}));
    EXPECT_FALSE(body.contains("container"));
    EXPECT_TRUE(was_adapted(rig.adapted, "container", AdaptAction::dropped));
}

TEST(BedrockRequest, TakesMetadataThatTheVendorLogs) {
    Rig rig;
    ChatRequest request = ask_limited("Hi");
    request.metadata = R"({"team":"a-1","who":"J\u00fcrgen","n":3})";
    request.service_tier = "priority";
    request.user = "u";
    const json body = rig.body(request);
    EXPECT_EQ(body["requestMetadata"], (json{{"team", "a-1"}}));
    EXPECT_EQ(body["serviceTier"], (json{{"type", "priority"}}));
    EXPECT_TRUE(was_adapted(rig.adapted, "metadata", AdaptAction::dropped));
    EXPECT_TRUE(was_adapted(rig.adapted, "user", AdaptAction::dropped));
}

TEST(BedrockRequest, RefusesWhatConverseCannotSay) {
    Rig rig;
    ChatRequest several = ask_limited("Hi");
    several.n = 2;
    EXPECT_EQ(rig.refused(several), "n");
    ChatRequest searching = ask_limited("Hi");
    searching.web_search_options = "{}";
    EXPECT_EQ(rig.refused(searching), "web_search_options");
}

TEST(BedrockReasoning, IsSaidInClaudesWords) {
    ChatRequest request = ask_limited("Hi");
    request.reasoning.effort = ReasoningEffort::low;
    request.sampling = {.temperature = 0.5, .top_k = 5};

    Rig budget;
    const json by_budget = budget.budget_model().body(request);
    EXPECT_EQ(by_budget["additionalModelRequestFields"], (json{{"top_k", 5}}))
        << "1000 tokens leave no room for a budget";

    request.max_tokens.reset();
    const json roomy = budget.body(request);
    EXPECT_EQ(roomy["additionalModelRequestFields"],
              (json{{"thinking", {{"type", "enabled"}, {"budget_tokens", 2048}}}}));
    EXPECT_GT(roomy["inferenceConfig"]["maxTokens"], 2048);
    EXPECT_FALSE(roomy["inferenceConfig"].contains("temperature"));

    const json adaptive = Rig().adaptive_model().body(request);
    EXPECT_EQ(adaptive["additionalModelRequestFields"],
              (json{{"thinking", {{"type", "adaptive"}, {"display", "summarized"}}},
                    {"output_config", {{"effort", "low"}}}}));
    EXPECT_FALSE(adaptive.contains("inferenceConfig"));
}

TEST(BedrockReasoning, IsSaidInTheWordsOfOtherFamilies) {
    const auto fields = [](const char* model, ReasoningEffort effort) {
        ChatRequest request{.messages = {user("Hi")}};
        request.reasoning.effort = effort;
        return Rig(model).body(request).value("additionalModelRequestFields", json());
    };
    EXPECT_EQ(fields("openai.gpt-oss-120b-1:0", ReasoningEffort::minimal), (json{{"reasoning_effort", "low"}}));
    EXPECT_EQ(fields("openai.gpt-oss-120b-1:0", ReasoningEffort::xhigh), (json{{"reasoning_effort", "high"}}));
    EXPECT_EQ(fields("openai.gpt-oss-120b-1:0", ReasoningEffort::none), json());
    EXPECT_EQ(fields("qwen.qwen3-32b-v1:0", ReasoningEffort::medium), (json{{"reasoning_config", "low"}}));
    EXPECT_EQ(fields("global.amazon.nova-2-lite-v1:0", ReasoningEffort::medium),
              (json{{"reasoningConfig", {{"type", "enabled"}, {"maxReasoningEffort", "medium"}}}}));
    EXPECT_EQ(fields("global.amazon.nova-2-lite-v1:0", ReasoningEffort::none),
              (json{{"reasoningConfig", {{"type", "disabled"}}}}));
    EXPECT_EQ(fields("deepseek.r1-v1:0", ReasoningEffort::high), json());
}

// At its highest effort Nova takes neither sampling nor a limit; the client's limit is about money and stays.
TEST(BedrockReasoning, LowersNovasEffortWhereTheClientLimitsTokens) {
    Rig rig("amazon.nova-2-lite-v1:0");
    ChatRequest request = ask_limited("Hi");
    request.reasoning.effort = ReasoningEffort::high;
    EXPECT_EQ(rig.body(request)["additionalModelRequestFields"]["reasoningConfig"]["maxReasoningEffort"], "medium");
    EXPECT_TRUE(was_adapted(rig.adapted, "reasoning_effort", AdaptAction::mapped));

    request.max_tokens.reset();
    request.sampling.temperature = 0.5;
    const json body = rig.body(request);
    EXPECT_EQ(body["additionalModelRequestFields"]["reasoningConfig"]["maxReasoningEffort"], "high");
    EXPECT_FALSE(body.contains("inferenceConfig"));
}

TEST(BedrockStructuredOutput, IsNativeWhereTheModelHasIt) {
    Rig rig;
    rig.deployment.capabilities.set(Feature::json_schema, Support::native);
    ChatRequest request = ask_limited("Hi");
    request.response_format = {.kind = ResponseFormat::Kind::json_schema,
                               .name = "n",
                               .schema = R"({"type":"object","properties":{"a":{"type":"integer"}}})"};
    const json format = rig.body(request)["outputConfig"]["textFormat"];
    EXPECT_EQ(format["type"], "json_schema");
    EXPECT_EQ(format["structure"]["jsonSchema"]["name"], "n");
    const json schema = json::parse(format["structure"]["jsonSchema"]["schema"].get<std::string>());
    EXPECT_EQ(schema["properties"]["a"]["type"], "integer");
    EXPECT_EQ(schema["additionalProperties"], false);
}

TEST(BedrockStructuredOutput, IsAForcedCallWhereTheModelCanBeForced) {
    Rig rig;
    rig.deployment.capabilities.set(Feature::tool_choice_named, Support::native);
    ChatRequest request = ask_limited("Hi");
    request.response_format = {.kind = ResponseFormat::Kind::json_schema,
                               .schema = R"({"type":"object","properties":{"a":{"type":"integer"}}})"};
    const json tools = rig.body(request)["toolConfig"];
    EXPECT_EQ(tools["toolChoice"], (json{{"tool", {{"name", "json_output"}}}}));

    const Answer answer{.body = R"({"output":{"message":{"role":"assistant","content":[{"text":"Here: "},
        {"toolUse":{"toolUseId":"t","name":"json_output","input":{"a":1}}}]}},"stopReason":"tool_use"})"};
    const Decoded decoded = decode(answer, {}, request, rig);
    EXPECT_EQ(decoded.choice().text, R"({"a":1})");
    EXPECT_TRUE(decoded.choice().tool_calls.empty());
    EXPECT_EQ(decoded.choice().finish, FinishReason::stop);
}

TEST(BedrockStructuredOutput, IsAskedForInWordsElsewhere) {
    Rig rig("meta.llama3-3-70b-instruct-v1:0");
    ChatRequest request = ask_limited("Hi");
    request.response_format.kind = ResponseFormat::Kind::json_object;
    EXPECT_NE(rig.body(request)["system"][0]["text"].get<std::string>().find("JSON"), std::string::npos);

    const Answer answer{
        .body = R"({"output":{"message":{"role":"assistant","content":[{"text":"```json\n{\"a\":1}\n```"}]}},
        "stopReason":"end_turn"})"};
    EXPECT_EQ(decode(answer, {}, request, rig).choice().text, R"({"a":1})");
}

}  // namespace
}  // namespace breakwater::testing_bedrock
