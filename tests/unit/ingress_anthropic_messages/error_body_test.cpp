#include <gtest/gtest.h>

#include "messages_support.hpp"

namespace breakwater {
namespace {

using test::json;

HttpResponse answer(const Error& error) {
    return anthropic_messages_ingress().encode_error(error, "req_1");
}

TEST(MessagesErrors, HaveTheDialectsShapeAndStatus) {
    struct Case {
        ErrorKind kind;
        int status;
        const char* type;
    };
    for (const Case& one : {
             Case{ErrorKind::invalid_request, 400, "invalid_request_error"},
             Case{ErrorKind::unauthorized, 401, "authentication_error"},
             Case{ErrorKind::forbidden, 403, "permission_error"},
             Case{ErrorKind::model_not_found, 404, "not_found_error"},
             Case{ErrorKind::request_too_large, 413, "request_too_large"},
             Case{ErrorKind::rate_limited, 429, "rate_limit_error"},
             Case{ErrorKind::overloaded, 529, "overloaded_error"},
             Case{ErrorKind::shutting_down, 503, "overloaded_error"},
             Case{ErrorKind::upstream_timeout, 504, "timeout_error"},
             Case{ErrorKind::upstream_error, 502, "api_error"},
             Case{ErrorKind::internal, 500, "api_error"},
         }) {
        const HttpResponse response = answer(Error(one.kind, "Words.", "max_tokens"));
        const json body = json::parse(response.body);
        EXPECT_EQ(response.head.status, one.status);
        EXPECT_EQ(body["type"], "error");
        EXPECT_EQ(body["request_id"], "req_1");
        EXPECT_EQ(body["error"]["type"], one.type);
        EXPECT_EQ(body["error"]["message"], "Words.");
        EXPECT_EQ(body["error"]["param"], "max_tokens");
        EXPECT_EQ(body["error"]["code"], error_traits(one.kind).code);
    }
}

TEST(MessagesErrors, NameNoRequestThatHasNoName) {
    const HttpResponse response = anthropic_messages_ingress().encode_error(Error(ErrorKind::internal, "No."), {});
    EXPECT_FALSE(json::parse(response.body).contains("request_id"));
}

TEST(MessagesErrors, InAStreamAreTheSameEvent) {
    const std::string end =
        anthropic_messages_ingress().encode_stream_error(Error(ErrorKind::overloaded, "Too much."), "req_1");
    const auto events = test::events_of(end);
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0]["error"]["type"], "overloaded_error");
    EXPECT_EQ(events[0]["request_id"], "req_1");
}

TEST(MessagesErrors, SayWhetherAndWhenToComeAgain) {
    Error error(ErrorKind::rate_limited, "Slow down.");
    error.retry_after = std::chrono::milliseconds(1500);
    const HttpResponse response = answer(error);
    EXPECT_EQ(response.head.headers.get("x-should-retry"), "true");
    EXPECT_EQ(response.head.headers.get("retry-after"), "2");
    EXPECT_EQ(answer(Error(ErrorKind::invalid_request, "No.")).head.headers.get("x-should-retry"), "false");
}

// Agents look for these words to shorten their conversation.
TEST(MessagesErrors, ALongPromptIsToldInAnthropicsWords) {
    const auto message = [](const char* text) -> std::string {
        return json::parse(answer(Error(ErrorKind::context_length, text)).body)["error"]["message"];
    };
    EXPECT_TRUE(message("maximum context length is 128000 tokens, yours has 130001 in 3 messages")
                    .starts_with("prompt is too long: 130001 tokens > 128000 maximum. maximum context"));
    EXPECT_EQ(message("Too much."), "prompt is too long. Too much.");
    EXPECT_EQ(message("prompt is too long: 2 tokens > 1 maximum"), "prompt is too long: 2 tokens > 1 maximum");
}

}  // namespace
}  // namespace breakwater
