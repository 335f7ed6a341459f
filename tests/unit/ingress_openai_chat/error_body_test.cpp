#include <gtest/gtest.h>

#include "chat_support.hpp"

namespace breakwater {
namespace {

using std::chrono::milliseconds;
using test::json;

HttpResponse answer(const Error& error) {
    return openai_chat_ingress().encode_error(error, {});
}

TEST(OpenAiChatError, HasTheFourMembersOfEveryKind) {
    for (int i = 0; i <= static_cast<int>(ErrorKind::internal); ++i) {
        const auto kind = static_cast<ErrorKind>(i);
        const HttpResponse response = answer(Error(kind, "what happened"));
        const json error = json::parse(response.body).at("error");
        EXPECT_EQ(response.head.status, error_traits(kind).status);
        EXPECT_EQ(response.head.headers.get("content-type"), "application/json");
        EXPECT_EQ(error.at("message"), "what happened");
        EXPECT_EQ(error.at("type"), error_traits(kind).type);
        EXPECT_TRUE(error.at("param").is_null());
        EXPECT_EQ(error.at("code"), error_traits(kind).code);
        EXPECT_EQ(error.at("retryable"), error_traits(kind).client_should_retry);
        EXPECT_EQ(response.head.headers.get("x-should-retry"),
                  error_traits(kind).client_should_retry ? "true" : "false");
    }
}

TEST(OpenAiChatError, NamesFieldAndFinerCode) {
    Error error(ErrorKind::invalid_request, "messages[0].role: \"x\"", "messages[0].role");
    error.code = "invalid_value";
    const json expected{{"message", "messages[0].role: \"x\""},
                        {"type", "invalid_request_error"},
                        {"param", "messages[0].role"},
                        {"code", "invalid_value"},
                        {"retryable", false}};
    EXPECT_EQ(json::parse(answer(error).body).at("error"), expected);
}

TEST(OpenAiChatError, TellsWhatTheProviderSaid) {
    Error error(ErrorKind::upstream_error, "The provider failed.");
    error.upstream = UpstreamFacts{
        .status = 529, .type = "overloaded_error", .code = {}, .message = "Overloaded", .request_id = "r"};
    const json expected{{"status", 529}, {"type", "overloaded_error"}, {"message", "Overloaded"}, {"request_id", "r"}};
    EXPECT_EQ(json::parse(answer(error).body).at("error").at("metadata"), expected);
}

TEST(OpenAiChatError, SaysWhenToComeAgain) {
    Error error(ErrorKind::rate_limited, "slow down");
    error.retry_after = milliseconds(1'200);
    const Headers headers = answer(error).head.headers;
    EXPECT_EQ(headers.get("retry-after"), "2") << "rounded up";
    EXPECT_EQ(headers.get("retry-after-ms"), "1200");
    EXPECT_EQ(headers.get("x-should-retry"), "true");
}

TEST(OpenAiChatError, NeverAsksAnSdkToWaitLongerThanItWill) {
    Error error(ErrorKind::rate_limited, "come back tomorrow");
    error.retry_after = milliseconds(60'000);
    EXPECT_EQ(answer(error).head.headers.get("x-should-retry"), "true");
    error.retry_after = milliseconds(60'001);
    error.should_retry = true;
    const HttpResponse response = answer(error);
    EXPECT_EQ(response.head.headers.get("retry-after"), "61") << "the truth, but";
    EXPECT_EQ(response.head.headers.get("x-should-retry"), "false");
    EXPECT_EQ(json::parse(response.body)["error"]["retryable"], false);
}

TEST(OpenAiChatError, LetsTheErrorOverrideItsKind) {
    Error error(ErrorKind::upstream_error, "x");
    error.should_retry = false;
    EXPECT_EQ(answer(error).head.headers.get("x-should-retry"), "false");
    EXPECT_EQ(answer(error).head.headers.count("retry-after"), 0U);
}

TEST(OpenAiChatError, IsValidJsonWhateverTheMessage) {
    const json error = json::parse(answer(Error(ErrorKind::internal, "a\xff\"\n")).body).at("error");
    EXPECT_EQ(error["message"], "a\uFFFD\"\n");
    EXPECT_EQ(json::parse(answer(Error(ErrorKind::internal, "")).body)["error"]["message"], "internal");
}

}  // namespace
}  // namespace breakwater
