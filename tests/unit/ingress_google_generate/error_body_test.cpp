#include <gtest/gtest.h>

#include <chrono>

#include "support.hpp"

namespace breakwater {
namespace {

using test::json;

json body_of(const Error& error) {
    return json::parse(google_generate_ingress().encode_error(error, {}).body)["error"];
}

TEST(GoogleGenerateErrors, AreInTheWordsOfTheApi) {
    const auto word = [](ErrorKind kind) { return body_of(Error(kind, "m"))["status"].get<std::string>(); };
    EXPECT_EQ(word(ErrorKind::invalid_request), "INVALID_ARGUMENT");
    EXPECT_EQ(word(ErrorKind::context_length), "INVALID_ARGUMENT");
    EXPECT_EQ(word(ErrorKind::unauthorized), "UNAUTHENTICATED");
    EXPECT_EQ(word(ErrorKind::forbidden), "PERMISSION_DENIED");
    EXPECT_EQ(word(ErrorKind::model_not_found), "NOT_FOUND");
    EXPECT_EQ(word(ErrorKind::constraint_unmet), "FAILED_PRECONDITION");
    EXPECT_EQ(word(ErrorKind::rate_limited), "RESOURCE_EXHAUSTED");
    EXPECT_EQ(word(ErrorKind::overloaded), "UNAVAILABLE");
    EXPECT_EQ(word(ErrorKind::upstream_timeout), "DEADLINE_EXCEEDED");
    EXPECT_EQ(word(ErrorKind::upstream_error), "UNAVAILABLE");
    EXPECT_EQ(word(ErrorKind::upstream_auth), "INTERNAL");
    EXPECT_EQ(word(ErrorKind::internal), "INTERNAL");
}

TEST(GoogleGenerateErrors, SayWhatTheGatewayKnows) {
    Error error(ErrorKind::rate_limited, "Too many.", "contents");
    error.retry_after = std::chrono::milliseconds(34'400);
    error.upstream = UpstreamFacts{.status = 429, .type = "t", .code = "c", .message = "slow down", .request_id = "q"};
    const HttpResponse response = google_generate_ingress().encode_error(error, {});
    EXPECT_EQ(response.head.status, 429);
    EXPECT_EQ(response.head.headers.get("retry-after"), "35");
    EXPECT_EQ(json::parse(response.body),
              json({{"error",
                     {{"code", 429},
                      {"message", "Too many."},
                      {"status", "RESOURCE_EXHAUSTED"},
                      {"details",
                       {{{"@type", "type.googleapis.com/google.rpc.ErrorInfo"},
                         {"reason", "RATE_LIMIT_EXCEEDED"},
                         {"domain", "breakwater"},
                         {"metadata",
                          {{"type", "rate_limit_error"},
                           {"retryable", "true"},
                           {"provider_status", "429"},
                           {"provider_type", "t"},
                           {"provider_code", "c"},
                           {"provider_message", "slow down"},
                           {"provider_request_id", "q"}}}},
                        {{"@type", "type.googleapis.com/google.rpc.BadRequest"},
                         {"fieldViolations", {{{"field", "contents"}, {"description", "Too many."}}}}},
                        {{"@type", "type.googleapis.com/google.rpc.RetryInfo"}, {"retryDelay", "34.400s"}}}}}}}));
}

}  // namespace
}  // namespace breakwater
