#include <gtest/gtest.h>

#include "breakwater/providers/provider.hpp"
#include "providers/shared/error_body.hpp"

namespace breakwater {
namespace {

struct Case {
    int status;
    std::string_view body;
    ErrorKind kind;
};

Error classify(int status, std::string_view body) {
    return classify_provider_error(read_provider_error(status, "application/json", body), std::nullopt);
}

class ClassifyUpstreamError : public testing::TestWithParam<Case> {};

TEST_P(ClassifyUpstreamError, FindsTheKind) {
    const Error error = classify(GetParam().status, GetParam().body);
    EXPECT_EQ(to_string(error.kind), to_string(GetParam().kind)) << GetParam().body;
    EXPECT_FALSE(error.message.empty());
    ASSERT_TRUE(error.upstream.has_value());
}

// Bodies as vendors sent them, shortened.
constexpr Case kByStatus[] = {
    {400, R"({"error":{"message":"Missing field"}})", ErrorKind::invalid_request},
    {401, R"({"error":{"message":"No cookie auth credentials found","code":401}})", ErrorKind::upstream_auth},
    {401, R"({"error":{"message":"Unauthorized","type":"api_error"}})", ErrorKind::upstream_auth},
    {402, R"({"error":{"message":"Insufficient Balance","type":"unknown_error","code":"invalid_request_error"}})",
     ErrorKind::upstream_billing},
    {403, R"({"error":{"code":"forbidden","message":"Forbidden"}})", ErrorKind::upstream_permission},
    {404, R"({"error":{"code":"404","message":"Resource not found"}})", ErrorKind::upstream_model_missing},
    {408, "{}", ErrorKind::upstream_timeout},
    {410, R"({"detail":"Model retired"})", ErrorKind::upstream_model_missing},
    {413, R"({"error":{"message":"Payload too large"}})", ErrorKind::request_too_large},
    {422, R"({"detail":[{"loc":["body","x"],"msg":"Extra"}]})", ErrorKind::invalid_request},
    {424, R"({"error":"Generation failed","error_type":"generation"})", ErrorKind::upstream_error},
    {429, R"({"error":{"message":"Slow"}})", ErrorKind::rate_limited},
    {498, R"({"error":{"message":"Flex capacity exceeded"}})", ErrorKind::overloaded},
    {499, "{}", ErrorKind::upstream_error},
    {500, R"({"error":{"message":"Boom","type":"server_error"}})", ErrorKind::upstream_error},
    {500, R"({"error":{"code":500,"message":"image input is not supported","type":"server_error"}})",
     ErrorKind::upstream_error},
    {501, R"({"error":{"message":"No embeddings","type":"not_supported_error"}})", ErrorKind::unsupported_parameter},
    {502, "<html>Bad gateway</html>", ErrorKind::upstream_error},
    {503, R"({"error":"unhealthy"})", ErrorKind::overloaded},
    {504, "", ErrorKind::upstream_timeout},
    {524, "", ErrorKind::upstream_timeout},
    {529, R"({"error":{"message":"Overloaded"}})", ErrorKind::overloaded},
    {302, "", ErrorKind::upstream_error},
};
INSTANTIATE_TEST_SUITE_P(ByStatus, ClassifyUpstreamError, testing::ValuesIn(kByStatus));

constexpr Case kByWords[] = {
    {400,
     R"({"error":{"message":"Access denied, please make sure your account is in good standing.","type":"Arrearage","param":null,"code":"Arrearage"}})",
     ErrorKind::upstream_billing},
    {400, R"({"code":"Arrearage","message":"Access denied, please make sure your account is in good standing."})",
     ErrorKind::upstream_billing},
    {400, R"({"error":{"message":"x","code":"context_length_exceeded"}})", ErrorKind::context_length},
    {400,
     R"j({"error":{"code":400,"message":"request (2009 tokens) exceeds the available context size (512 tokens)","type":"exceed_context_size_error"}})j",
     ErrorKind::context_length},
    {400, R"({"error":{"message":"This model's maximum context length is 200000 tokens. However","code":400}})",
     ErrorKind::context_length},
    {400, R"({"error":{"message":"prompt too long; exceeded max context length by 1119046 tokens"}})",
     ErrorKind::context_length},
    {403, R"({"error":{"message":"The prompt is too long: maximum context is 8192"}})", ErrorKind::context_length},
    {422, R"({"error":"`inputs` tokens + `max_new_tokens` must be <= 2048. Given: 3000","error_type":"validation"})",
     ErrorKind::context_length},
    {400,
     R"({"error":{"message":"filtered due to the prompt triggering Azure OpenAI's content management policy","code":"content_filter"}})",
     ErrorKind::content_policy},
    {403, R"({"error":{"code":403,"message":"m requires moderation on P. Your input was flagged for \"x\"."}})",
     ErrorKind::content_policy},
    {400, R"({"code":"Client specified an invalid argument","error":"Incorrect API key provided: xa***"})",
     ErrorKind::upstream_auth},
    {429,
     R"({"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","code":"insufficient_quota"}})",
     ErrorKind::upstream_billing},
    {429,
     R"({"error":{"message":"You exceeded your current quota, please check your plan","status":"RESOURCE_EXHAUSTED"}})",
     ErrorKind::upstream_billing},
    {429, R"({"error":{"message":"Resource has been exhausted (e.g. check quota).","status":"RESOURCE_EXHAUSTED"}})",
     ErrorKind::rate_limited},
    {429,
     R"({"error":{"message":"Rate limit reached. Upgrade at https://console.example/settings/billing","type":"tokens"}})",
     ErrorKind::rate_limited},
    {429,
     R"({"message":"Requests per minute limit exceeded","type":"too_many_requests_error","code":"request_quota_exceeded"})",
     ErrorKind::rate_limited},
    {429, R"({"message":"Too many tokens, please wait before trying again."})", ErrorKind::rate_limited},
    {413,
     R"j({"error":{"message":"Request too large for model `m` on tokens per minute (TPM)","type":"tokens","code":"rate_limit_exceeded"}})j",
     ErrorKind::rate_limited},
    {400, R"({"object":"error","message":"Invalid model: x","type":"invalid_model","code":"1500"})",
     ErrorKind::upstream_model_missing},
    {400,
     R"({"error":{"code":"invalid_request_error","message":"The supported API model names are a or b","type":"invalid_request_error"}})",
     ErrorKind::upstream_model_missing},
    {403, R"({"error":{"code":"model_not_found","message":"Project has no access","type":"invalid_request_error"}})",
     ErrorKind::upstream_model_missing},
    {400,
     R"({"error":{"message":"'stop' is not supported with this model.","param":"stop","code":"unsupported_parameter"}})",
     ErrorKind::unsupported_parameter},
    {500, R"({"error":{"message":"The engine is currently overloaded"}})", ErrorKind::overloaded},
};
INSTANTIATE_TEST_SUITE_P(ByWords, ClassifyUpstreamError, testing::ValuesIn(kByWords));

// https://platform.openai.com/docs/guides/error-codes, and bodies of its API.
constexpr Case kOfOpenai[] = {
    {400, R"({"error":{"message":"x","type":"invalid_request_error","code":"unknown_parameter"}})",
     ErrorKind::invalid_request},
    {400, R"({"error":{"message":"x","type":"invalid_request_error","code":"unsupported_value"}})",
     ErrorKind::unsupported_parameter},
    {400, R"({"error":{"message":"x","type":"image_generation_user_error","code":"moderation_blocked"}})",
     ErrorKind::content_policy},
    {400,
     R"({"error":{"message":"Your prompt was flagged as potentially violating our usage policy.","code":"invalid_prompt"}})",
     ErrorKind::content_policy},
    {401, R"({"error":{"message":"x","type":"invalid_request_error","code":null}})", ErrorKind::upstream_auth},
    {403, R"({"error":{"message":"x","type":"request_forbidden","code":"unsupported_country_region_territory"}})",
     ErrorKind::upstream_permission},
    {404, R"({"error":{"message":"Invalid URL","type":"invalid_request_error","code":null}})",
     ErrorKind::upstream_model_missing},
    {405, R"({"error":{"message":"Not allowed","type":"invalid_request_error","code":"method_not_supported"}})",
     ErrorKind::upstream_model_missing},
    {409, R"({"error":{"message":"Locked","type":"invalid_request_error"}})", ErrorKind::upstream_error},
    {415, R"({"error":{"message":"x","type":"invalid_request_error"}})", ErrorKind::invalid_request},
    {429, R"({"error":{"message":"x","type":"requests","code":"rate_limit_exceeded"}})", ErrorKind::rate_limited},
    {429, R"({"error":{"message":"x","type":"rate_limit_error","code":"slow_down"}})", ErrorKind::rate_limited},
    {429, R"({"error":{"message":"x","type":"insufficient_quota","code":"credit_balance_exhausted"}})",
     ErrorKind::upstream_billing},
    {429, R"({"error":{"message":"x","type":"insufficient_quota","code":"organization_spend_limit_exceeded"}})",
     ErrorKind::upstream_billing},
    {429, R"({"error":{"message":"x","type":"insufficient_quota","code":"project_spend_limit_exceeded"}})",
     ErrorKind::upstream_billing},
    {429, R"({"error":{"message":"x","type":"insufficient_quota","code":"organization_usage_limit_exceeded"}})",
     ErrorKind::quota_exhausted},
    {503, R"({"error":{"message":"x","type":"service_unavailable_error","code":"server_is_overloaded"}})",
     ErrorKind::overloaded},
};
INSTANTIATE_TEST_SUITE_P(OfOpenai, ClassifyUpstreamError, testing::ValuesIn(kOfOpenai));

constexpr Case kInBand[] = {
    {200, R"({"error":{"message":"x","code":429}})", ErrorKind::rate_limited},
    {200, R"({"error":{"message":"x","type":"overloaded_error"}})", ErrorKind::overloaded},
    {200, R"({"error":{"message":"x","type":"invalid_request_error"}})", ErrorKind::invalid_request},
    {200, R"({"error":{"message":"Provider disconnected","code":502}})", ErrorKind::upstream_error},
    {200, R"({"error":{"message":"rate limit reached"}})", ErrorKind::rate_limited},
    {200, R"({"error":"something broke"})", ErrorKind::upstream_error},
};
INSTANTIATE_TEST_SUITE_P(InBand, ClassifyUpstreamError, testing::ValuesIn(kInBand));

TEST(ClassifyUpstreamErrorText, LetsTheProvidersWordsThrough) {
    EXPECT_EQ(classify(400, R"({"error":{"message":"Bad temperature"}})").message, "Bad temperature");
    EXPECT_EQ(classify(401, R"({"error":{"message":"Bad key"}})").message,
              "The provider refused the gateway's credential: Bad key");
    EXPECT_EQ(classify(500, R"({"error":{"message":""}})").message, "The provider answered 500 Internal Server Error.");
    EXPECT_EQ(classify(200, R"({"error":{"message":""}})").message,
              "The provider reported an error without saying which.");
}

TEST(ClassifyUpstreamErrorText, NamesTheFieldOnlyWhenTheRequestIsAtFault) {
    EXPECT_EQ(classify(400, R"({"error":{"message":"x","param":"n","code":"invalid_value"}})").param, "n");
    EXPECT_EQ(classify(429, R"({"error":{"message":"x","param":"quota"}})").param, "");
}

TEST(ClassifyUpstreamErrorText, KeepsOnlyCodesOfTheContract) {
    EXPECT_EQ(classify(400, R"({"error":{"message":"x","code":"invalid_value"}})").code, "invalid_value");
    EXPECT_EQ(classify(400, R"({"error":{"message":"x","code":"whatever"}})").code, "");
    EXPECT_EQ(classify(400, R"({"error":{"message":"x","code":"whatever"}})").upstream->code, "whatever");
}

TEST(ClassifyUpstreamErrorWait, PrefersTheHeaderToTheMessage) {
    using namespace std::chrono_literals;
    const UpstreamFacts facts{.status = 429, .message = "Please try again in 3.89s."};
    EXPECT_EQ(classify_upstream_error(facts, 1500ms).retry_after, 1500ms);
    EXPECT_EQ(classify_upstream_error(facts, std::nullopt).retry_after, 3890ms);
}

TEST(ClassifyUpstreamErrorWait, SaysThatNoWaitHelpsARequestAboveTheLimit) {
    const UpstreamFacts facts{.status = 429, .code = "rate_limit_exceeded", .message = "Request too large for m"};
    EXPECT_EQ(classify_upstream_error(facts, std::nullopt).should_retry, false);
    const UpstreamFacts plain{.status = 429, .code = "rate_limit_exceeded", .message = "Rate limit reached"};
    EXPECT_EQ(classify_upstream_error(plain, std::nullopt).should_retry, std::nullopt);
}

}  // namespace
}  // namespace breakwater
