#include <gtest/gtest.h>

#include "provider_answers.hpp"
#include "providers/cohere/module.hpp"

namespace breakwater {
namespace {

using test::Answer;
using test::Decoded;

Decoded decode(const Answer& answer) {
    return test::decode(test::ProviderRig(cohere_module()), answer);
}

Answer failure(int status, std::string_view message, std::string_view type = "") {
    test::json body{{"id", "e-1"}, {"message", message}};
    if (!type.empty()) body["error_type"] = type;
    return {.status = status, .body = body.dump()};
}

ErrorKind kind_of(const Answer& answer) {
    const Decoded decoded = decode(answer);
    EXPECT_TRUE(decoded.error);
    return decoded.error ? decoded.error->kind : ErrorKind::internal;
}

TEST(CohereErrors, FollowTheStatuses) {
    EXPECT_EQ(kind_of(failure(400, "invalid request: message must be at least 1 token long")),
              ErrorKind::invalid_request);
    EXPECT_EQ(kind_of(failure(401, "invalid api token")), ErrorKind::upstream_auth);
    EXPECT_EQ(kind_of(failure(402, "Please add a payment method")), ErrorKind::upstream_billing);
    EXPECT_EQ(kind_of(failure(403, "no access")), ErrorKind::upstream_permission);
    EXPECT_EQ(kind_of(failure(404, "model 'x' not found, make sure the correct model ID was used")),
              ErrorKind::upstream_model_missing);
    EXPECT_EQ(kind_of(failure(422, "invalid type: parameter k is of type string")), ErrorKind::invalid_request);
    EXPECT_EQ(kind_of(failure(429, "You are using a Trial key, which is limited to 20 API calls / minute")),
              ErrorKind::rate_limited);
    EXPECT_EQ(kind_of(failure(498, "a token is on the deny list")), ErrorKind::content_policy);
    EXPECT_EQ(kind_of(failure(500, "internal server error")), ErrorKind::upstream_error);
    EXPECT_EQ(kind_of(failure(501, "not implemented")), ErrorKind::unsupported_parameter);
    EXPECT_EQ(kind_of(failure(503, "unavailable")), ErrorKind::overloaded);
    EXPECT_EQ(kind_of(failure(504, "late")), ErrorKind::upstream_timeout);
}

TEST(CohereErrors, TellLongPromptsFromLongAnswers) {
    EXPECT_EQ(kind_of(failure(400, "too many tokens: size limit exceeded by 25836 tokens.", "TOO_MANY_TOKENS")),
              ErrorKind::context_length);
    EXPECT_EQ(kind_of(failure(400,
                              "too many tokens: total number of tokens in the prompt cannot exceed 4081 - "
                              "received 9011")),
              ErrorKind::context_length);
    EXPECT_EQ(
        kind_of(failure(400, "too many tokens: max tokens must be less than or equal to 4096", "TOO_MANY_TOKENS")),
        ErrorKind::invalid_request);
}

TEST(CohereErrors, TellTheMonthsLimitFromTheMinutes) {
    const Decoded month = decode(failure(429, "You are using a Trial key, which is limited to 1000 API calls / month"));
    ASSERT_TRUE(month.error);
    EXPECT_EQ(month.error->kind, ErrorKind::quota_exhausted);
    EXPECT_TRUE(month.error->message.starts_with("The gateway's account at the provider is exhausted: You are using"))
        << month.error->message;
}

TEST(CohereErrors, KeepWhatTheProviderSaid) {
    Answer answer = failure(429, "Slow down");
    answer.headers.add("x-debug-trace-id", "trace-1");
    answer.headers.add("date", "Thu, 01 Jan 1970 00:01:40 GMT");
    answer.headers.add("x-ratelimit-reset", "107");
    const Decoded decoded = decode(answer);
    ASSERT_TRUE(decoded.error);
    EXPECT_EQ(decoded.error->retry_after, std::chrono::seconds(7));
    ASSERT_TRUE(decoded.error->upstream);
    EXPECT_EQ(decoded.error->upstream->status, 429);
    EXPECT_EQ(decoded.error->upstream->message, "Slow down");
    EXPECT_EQ(decoded.error->upstream->request_id, "trace-1");
}

TEST(CohereErrors, WaitForNoResetThatIsFarAwayOrNoTime) {
    for (const char* reset : {"99999999999999999", "-5", "soon", ""}) {
        Answer answer = failure(429, "Slow down");
        answer.headers.add("date", "Thu, 01 Jan 1970 00:01:40 GMT");
        answer.headers.add("x-ratelimit-reset", reset);
        EXPECT_EQ(decode(answer).error->retry_after, std::nullopt) << reset;
    }
    Answer answer = failure(429, "Slow down");
    answer.headers.add("date", "Thu, 01 Jan 1970 00:01:40 GMT");
    answer.headers.add("x-ratelimit-reset", "-9223372036854775808");
    EXPECT_EQ(decode(answer).error->retry_after, std::nullopt);
}

TEST(CohereErrors, NeverTakeAnythingElseForAnAnswer) {
    EXPECT_EQ(kind_of({.content_type = "text/html", .body = "<html>maintenance</html>"}), ErrorKind::upstream_invalid);
    EXPECT_EQ(kind_of({.content_type = "text/plain", .body = "upstream connect error"}), ErrorKind::upstream_invalid);
    EXPECT_EQ(kind_of({.body = ""}), ErrorKind::upstream_truncated);
    EXPECT_EQ(kind_of({.body = R"({"ok":true})"}), ErrorKind::upstream_invalid);
    EXPECT_EQ(kind_of({.body = R"({"message":{"content":[]}})"}), ErrorKind::upstream_invalid);
    EXPECT_EQ(kind_of({.body = R"({"message":[}})"}), ErrorKind::upstream_invalid);
    EXPECT_EQ(kind_of({.body = "[]"}), ErrorKind::upstream_invalid);
    EXPECT_EQ(kind_of({.content_type = "text/event-stream", .body = "data: nonsense\n\n"}),
              ErrorKind::upstream_invalid);
    EXPECT_EQ(kind_of({.content_type = "text/event-stream", .body = ": nothing\n\n"}), ErrorKind::upstream_truncated);
    EXPECT_EQ(kind_of({.content_type = "text/event-stream", .body = "data: [DONE]\n\n"}),
              ErrorKind::upstream_truncated);
    EXPECT_EQ(kind_of({.status = 502, .content_type = "text/html", .body = "<html>bad gateway</html>"}),
              ErrorKind::upstream_error);
}

TEST(CohereErrors, ReadAWholeAnswerToAStreamRequest) {
    ChatRequest request = test::ask("q");
    request.stream = true;
    const Decoded decoded =
        test::decode(test::ProviderRig(cohere_module()),
                     {.body = R"({"id":"m","message":{"content":"hi"},"finish_reason":"COMPLETE"})"}, {}, request);
    EXPECT_FALSE(decoded.error);
    EXPECT_EQ(decoded.choice().text, "hi");
}

}  // namespace
}  // namespace breakwater
