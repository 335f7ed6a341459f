#include "support.hpp"

namespace breakwater::testing_google {
namespace {

using std::chrono::milliseconds;

Answer failure(int status, std::string_view word, std::string_view message, json details = json::array()) {
    return {
        .status = status,
        .body =
            json{{"error", {{"code", status}, {"message", message}, {"status", word}, {"details", details}}}}.dump()};
}

Error error_of(const Answer& answer) {
    Decoded decoded = decode(answer);
    EXPECT_TRUE(decoded.error);
    return decoded.error ? std::move(*decoded.error) : Error(ErrorKind::internal, "no error");
}
ErrorKind kind_of(const Answer& answer) {
    return error_of(answer).kind;
}

TEST(GoogleErrors, FollowTheStatusWordsOfTheApi) {
    EXPECT_EQ(kind_of(failure(400, "INVALID_ARGUMENT", "Please use a valid role: user, model.")),
              ErrorKind::invalid_request);
    EXPECT_EQ(kind_of(failure(400, "FAILED_PRECONDITION", "User location is not supported for the API use.")),
              ErrorKind::upstream_permission);
    EXPECT_EQ(kind_of(failure(400, "FAILED_PRECONDITION", "Please enable billing on the project.")),
              ErrorKind::upstream_billing);
    EXPECT_EQ(kind_of(failure(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")),
              ErrorKind::upstream_auth);
    EXPECT_EQ(kind_of(failure(403, "PERMISSION_DENIED", "Generative Language API has not been used in project.")),
              ErrorKind::upstream_permission);
    EXPECT_EQ(kind_of(failure(403, "PERMISSION_DENIED", "Method doesn't allow unregistered callers.")),
              ErrorKind::upstream_auth);
    EXPECT_EQ(kind_of(failure(404, "NOT_FOUND", "models/x is not found for API version v1beta")),
              ErrorKind::upstream_model_missing);
    EXPECT_EQ(kind_of(failure(429, "RESOURCE_EXHAUSTED", "Resource exhausted. Please try again later.")),
              ErrorKind::rate_limited);
    EXPECT_EQ(kind_of(failure(500, "INTERNAL", "An internal error has occurred.")), ErrorKind::upstream_error);
    EXPECT_EQ(kind_of(failure(503, "UNAVAILABLE", "The model is overloaded.")), ErrorKind::overloaded);
    EXPECT_EQ(kind_of(failure(504, "DEADLINE_EXCEEDED", "Deadline expired.")), ErrorKind::upstream_timeout);
    EXPECT_EQ(error_of(failure(409, "ABORTED", "Conflict.")).should_retry, true);
}

TEST(GoogleErrors, SayWhatIsWrongWithAnInvalidArgument) {
    EXPECT_EQ(kind_of(failure(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.")),
              ErrorKind::upstream_auth);
    const json details =
        json::parse(R"([{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}])");
    EXPECT_EQ(kind_of(failure(400, "INVALID_ARGUMENT", "Bad.", details)), ErrorKind::upstream_auth);
    EXPECT_EQ(
        kind_of(failure(400, "INVALID_ARGUMENT",
                        "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).")),
        ErrorKind::context_length);
    EXPECT_EQ(kind_of(failure(400, "INVALID_ARGUMENT", "Request payload size exceeds the limit: 20971520 bytes.")),
              ErrorKind::request_too_large);
}

TEST(GoogleErrors, TellARateFromASpentQuota) {
    const auto quota = [](std::string_view id) {
        json details = json::parse(R"([{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{}]},
            {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34.4s"}])");
        details[0]["violations"][0]["quotaId"] = id;
        return details;
    };
    constexpr std::string_view kWords = "You exceeded your current quota, please check your plan and billing details.";
    const Error minute =
        error_of(failure(429, "RESOURCE_EXHAUSTED", kWords, quota("GenerateRequestsPerMinutePerProject")));
    EXPECT_EQ(minute.kind, ErrorKind::rate_limited);
    EXPECT_EQ(minute.retry_after, milliseconds(34400));
    EXPECT_EQ(minute.message, kWords);
    EXPECT_EQ(kind_of(failure(429, "RESOURCE_EXHAUSTED", kWords, quota("GenerateRequestsPerDayPerProject"))),
              ErrorKind::quota_exhausted);
    const json reason = json::parse(R"([{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"PerDayX"}])");
    EXPECT_EQ(kind_of(failure(429, "RESOURCE_EXHAUSTED", "Slow down.", reason)), ErrorKind::rate_limited);
    EXPECT_EQ(kind_of(failure(429, "RESOURCE_EXHAUSTED", "Quota exceeded for metric: x, limit: 0")),
              ErrorKind::quota_exhausted);
}

TEST(GoogleErrors, ReadTheWaitFromTheWords) {
    EXPECT_EQ(error_of(failure(429, "RESOURCE_EXHAUSTED", "Quota exceeded. Please retry in 7.5s.")).retry_after,
              milliseconds(7500));
    const json odd = json::parse(R"([{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"1e3000s"},
        {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"soon"}])");
    EXPECT_FALSE(error_of(failure(429, "RESOURCE_EXHAUSTED", "No.", odd)).retry_after);
}

TEST(GoogleErrors, KnowARateLimitInAServersError) {
    Answer answer = failure(503, "UNKNOWN", "Too busy.");
    answer.body = R"({"error":{"code":429,"message":"Too busy.","status":"UNKNOWN"}})";
    EXPECT_EQ(kind_of(answer), ErrorKind::rate_limited);
    answer.body = R"({"error":{"code":"429","message":"Too busy.","status":"UNAVAILABLE"}})";
    EXPECT_EQ(kind_of(answer), ErrorKind::rate_limited);
}

TEST(GoogleErrors, BlameTheAddressWhereAMethodIsNotAllowed) {
    EXPECT_EQ(kind_of(failure(405, "UNIMPLEMENTED", "Method not allowed.")), ErrorKind::upstream_model_missing);
    EXPECT_EQ(kind_of(failure(501, "UNIMPLEMENTED", "Not implemented.")), ErrorKind::unsupported_parameter);
}

TEST(GoogleErrors, AreUnwrappedFromLists) {
    Answer answer = failure(404, "NOT_FOUND", "models/x is not found");
    answer.body = "[" + answer.body + "]";
    const Error error = error_of(answer);
    EXPECT_EQ(error.kind, ErrorKind::upstream_model_missing);
    EXPECT_EQ(error.upstream->status, 404);
    EXPECT_EQ(error.upstream->type, "NOT_FOUND");
    EXPECT_NE(error.message.find("models/x is not found"), std::string::npos);
}

TEST(GoogleErrors, AreJudgedByStatusWhenTheBodyIsNotTheApis) {
    EXPECT_EQ(kind_of({.status = 502, .content_type = "text/html", .body = "<html>Error 502</html>"}),
              ErrorKind::upstream_error);
    EXPECT_EQ(kind_of({.status = 503, .content_type = "text/plain", .body = ""}), ErrorKind::overloaded);
    EXPECT_EQ(kind_of({.status = 429, .body = "{\"broken"}), ErrorKind::rate_limited);
    EXPECT_EQ(kind_of({.status = 500, .body = "[]"}), ErrorKind::upstream_error);
}

TEST(GoogleErrors, AreAnswersThatAreNone) {
    EXPECT_EQ(kind_of({.content_type = "text/html", .body = "<html></html>"}), ErrorKind::upstream_invalid);
    EXPECT_EQ(kind_of({.body = R"({"hello":1})"}), ErrorKind::upstream_invalid);
    EXPECT_EQ(kind_of({.body = "[]"}), ErrorKind::upstream_invalid);
    EXPECT_EQ(kind_of({.body = R"({"candidates":[{"index":4000000000}]})"}), ErrorKind::upstream_invalid);
    EXPECT_EQ(kind_of({.content_type = "text/event-stream", .body = "data: nonsense\n\n"}),
              ErrorKind::upstream_invalid);
}

TEST(GoogleErrors, HideKeys) {
    const Error error =
        error_of(failure(400, "INVALID_ARGUMENT", "API key not valid: AIzaSyA1234567890abcdefghijklmnopqrstuv"));
    EXPECT_EQ(error.message.find("AIzaSyA1234567890"), std::string::npos) << error.message;
}

Decoded decode_reason(std::string_view finish) {
    return decode({.content_type = "text/event-stream",
                   .body = R"(data: {"candidates":[{"content":{"parts":[{"text":"Hel"}]},"finishReason":)" +
                           std::string(finish) + "}]}\n\n"});
}

TEST(GoogleReasons, ThatSayNothingDoNotEndAStream) {
    for (const char* none : {"null", "false", "0", "0.0", "{}", "[]"}) {
        const Decoded decoded = decode_reason(none);
        ASSERT_TRUE(decoded.error) << none;
        EXPECT_EQ(decoded.error->kind, ErrorKind::upstream_truncated) << none;
    }
    for (const char* some : {"1", "99", "true", R"({"x":1})"}) EXPECT_FALSE(decode_reason(some).error) << some;
}

TEST(GoogleReasons, ForABlockMayBeNumbers) {
    const auto blocked_as = [](std::string_view reason) {
        const Decoded decoded =
            decode({.body = R"({"promptFeedback":{"blockReason":)" + std::string(reason) + R"(},"modelVersion":"m"})"});
        return decoded.error ? std::string() : decoded.choice().native_finish;
    };
    EXPECT_EQ(blocked_as("1"), "SAFETY");
    EXPECT_EQ(blocked_as("2"), "OTHER");
    EXPECT_EQ(blocked_as("3"), "BLOCKLIST");
    EXPECT_EQ(blocked_as("4"), "PROHIBITED_CONTENT");
    EXPECT_EQ(blocked_as("99"), "99");
    EXPECT_EQ(blocked_as("true"), "UNKNOWN");
}

TEST(GoogleReasons, ForABlockThatSayNothingBlockNothing) {
    for (const char* none : {"null", "false", "0", "{}", "[]"}) {
        const Decoded decoded = decode({.content_type = "text/event-stream",
                                        .body = R"(data: {"promptFeedback":{"blockReason":)" + std::string(none) +
                                                R"(},"modelVersion":"m"})" + "\n\n"});
        ASSERT_TRUE(decoded.error) << none;
        EXPECT_EQ(decoded.error->kind, ErrorKind::upstream_truncated) << none;
    }
}

}  // namespace
}  // namespace breakwater::testing_google
