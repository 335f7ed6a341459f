#include "support.hpp"

namespace breakwater::testing_anthropic {
namespace {

Answer failure(int status, std::string_view type, std::string_view message) {
    return {
        .status = status,
        .body =
            json{{"type", "error"}, {"error", {{"type", type}, {"message", message}}}, {"request_id", "req_1"}}.dump()};
}

ErrorKind kind_of(const Answer& answer) {
    const Decoded decoded = decode(answer);
    EXPECT_TRUE(decoded.error);
    return decoded.error ? decoded.error->kind : ErrorKind::internal;
}

TEST(AnthropicErrors, FollowTheTypesOfTheApi) {
    EXPECT_EQ(kind_of(failure(400, "invalid_request_error", "max_tokens: Field required")), ErrorKind::invalid_request);
    EXPECT_EQ(kind_of(failure(401, "authentication_error", "invalid x-api-key")), ErrorKind::upstream_auth);
    EXPECT_EQ(kind_of(failure(402, "billing_error", "Pay")), ErrorKind::upstream_billing);
    EXPECT_EQ(kind_of(failure(403, "permission_error", "No")), ErrorKind::upstream_permission);
    EXPECT_EQ(kind_of(failure(404, "not_found_error", "model: claude-x")), ErrorKind::upstream_model_missing);
    EXPECT_EQ(kind_of(failure(413, "request_too_large", "Large")), ErrorKind::request_too_large);
    EXPECT_EQ(kind_of(failure(429, "rate_limit_error", "Slow")), ErrorKind::rate_limited);
    EXPECT_EQ(kind_of(failure(500, "api_error", "Oops")), ErrorKind::upstream_error);
    EXPECT_EQ(kind_of(failure(503, "api_error", "Oops")), ErrorKind::overloaded);
    EXPECT_EQ(kind_of(failure(504, "timeout_error", "Late")), ErrorKind::upstream_timeout);
    EXPECT_EQ(kind_of(failure(529, "overloaded_error", "Overloaded")), ErrorKind::overloaded);
}

TEST(AnthropicErrors, SayWhatIsWrongWithAnInvalidRequest) {
    EXPECT_EQ(kind_of(failure(400, "invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum")),
              ErrorKind::context_length);
    EXPECT_EQ(kind_of(failure(400, "invalid_request_error",
                              "input length and `max_tokens` exceed context limit: 190000 + 64000 > 200000")),
              ErrorKind::context_length);
    EXPECT_EQ(kind_of(failure(400, "invalid_request_error", "Output blocked by content filtering policy")),
              ErrorKind::content_policy);
    EXPECT_EQ(kind_of(failure(400, "invalid_request_error", "Your credit balance is too low to access the API.")),
              ErrorKind::upstream_billing);
}

TEST(AnthropicErrors, TellAMissingFileFromAMissingModel) {
    for (const char* message : {"File not found: file_011CNha8iCJcU1wXNR6q4V8w", "File not found: file_model",
                                "The file `file_1` was not found.", "No such object: file_1"}) {
        const Decoded decoded = decode(failure(404, "not_found_error", message));
        ASSERT_TRUE(decoded.error) << message;
        EXPECT_EQ(decoded.error->kind, ErrorKind::invalid_request) << message;
        EXPECT_EQ(decoded.error->message, message);
        EXPECT_EQ(decoded.error->upstream->status, 404);
    }
    for (const char* message :
         {"model: claude-x", "model: file-reader", "The model `file-reader` does not exist.",
          "Application profile not found", "Requested model 'acme-file-reader' does not exist",
          "No such model: x. Look at your config file.", "Publisher my_file_v2 not found", "Not found", ""})
        EXPECT_EQ(kind_of(failure(404, "not_found_error", message)), ErrorKind::upstream_model_missing) << message;
}

TEST(AnthropicErrors, BlameTheAddressWhereThePathOrTheMethodIsNotTheApis) {
    EXPECT_EQ(kind_of(failure(404, "invalid_request_error", "Invalid URL (POST /v1/messages)")),
              ErrorKind::upstream_model_missing);
    EXPECT_EQ(kind_of(failure(404, "invalid_request_error", "No such file: file_1")), ErrorKind::invalid_request);
    EXPECT_EQ(kind_of(failure(405, "invalid_request_error", "Method Not Allowed")), ErrorKind::upstream_model_missing);
    EXPECT_EQ(kind_of(failure(405, "invalid_request_error", "The verb to access this file is not allowed.")),
              ErrorKind::upstream_model_missing);
}

TEST(AnthropicErrors, AreJudgedByStatusWhenTheBodyIsNotTheApis) {
    EXPECT_EQ(kind_of({.status = 413, .content_type = "text/html", .body = "<html><h1>413</h1></html>"}),
              ErrorKind::request_too_large);
    EXPECT_EQ(kind_of({.status = 502, .content_type = "text/html", .body = "<html>cloudflare</html>"}),
              ErrorKind::upstream_error);
    EXPECT_EQ(kind_of({.status = 529, .content_type = "text/plain", .body = ""}), ErrorKind::overloaded);
    EXPECT_EQ(kind_of({.status = 429, .content_type = "application/json", .body = "{\"broken"}),
              ErrorKind::rate_limited);
}

TEST(AnthropicErrors, KeepWhatTheProviderSaid) {
    Answer answer = failure(429, "rate_limit_error", "Slow down");
    answer.headers.add("retry-after", "7");
    answer.headers.add("x-should-retry", "false");
    const Decoded decoded = decode(answer);
    ASSERT_TRUE(decoded.error);
    EXPECT_EQ(decoded.error->retry_after, std::chrono::seconds(7));
    EXPECT_EQ(decoded.error->should_retry, false);
    ASSERT_TRUE(decoded.error->upstream);
    EXPECT_EQ(decoded.error->upstream->status, 429);
    EXPECT_EQ(decoded.error->upstream->type, "rate_limit_error");
    EXPECT_EQ(decoded.error->upstream->message, "Slow down");
    EXPECT_EQ(decoded.error->upstream->request_id, "req_1");
}

TEST(AnthropicErrors, TakeTheRequestIdOfTheHeadWhenTheBodyHasNone) {
    Answer answer{.status = 529,
                  .body = R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})"};
    answer.headers.add("request-id", "req_head");
    EXPECT_EQ(decode(answer).error->upstream->request_id, "req_head");
}

TEST(AnthropicErrors, TellAConflictToBeTriedAgain) {
    const Decoded decoded = decode(failure(409, "invalid_request_error", "conflict"));
    ASSERT_TRUE(decoded.error);
    EXPECT_EQ(decoded.error->kind, ErrorKind::upstream_error);
    EXPECT_EQ(decoded.error->should_retry, true);
}

TEST(AnthropicErrors, NeverTakeAnythingElseForAnAnswer) {
    EXPECT_EQ(kind_of({.content_type = "text/html", .body = "<html>maintenance</html>"}), ErrorKind::upstream_invalid);
    EXPECT_EQ(kind_of({.content_type = "text/plain", .body = "upstream connect error"}), ErrorKind::upstream_invalid);
    EXPECT_EQ(kind_of({.body = ""}), ErrorKind::upstream_truncated);
    EXPECT_EQ(kind_of({.body = R"({"ok":true})"}), ErrorKind::upstream_invalid);
    EXPECT_EQ(kind_of({.body = R"({"content":[}})"}), ErrorKind::upstream_invalid);
    EXPECT_EQ(kind_of({.content_type = "text/event-stream", .body = "data: nonsense\n\n"}),
              ErrorKind::upstream_invalid);
    EXPECT_EQ(kind_of({.content_type = "text/event-stream", .body = ": nothing\n\n"}), ErrorKind::upstream_truncated);
    EXPECT_EQ(kind_of({.content_type = "text/event-stream",
                       .body = "data: "
                               "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\","
                               "\"partial_json\":\"{\"}}\n\n"}),
              ErrorKind::upstream_invalid);
}

TEST(AnthropicErrors, ReadAWholeAnswerToAStreamRequest) {
    ChatRequest request = ask_limited("q");
    request.stream = true;
    const Decoded decoded =
        decode({.body = R"({"id":"m","content":[{"type":"text","text":"hi"}],"stop_reason":"end_turn"})"}, {}, request);
    EXPECT_FALSE(decoded.error);
    EXPECT_EQ(decoded.choice().text, "hi");
}

}  // namespace
}  // namespace breakwater::testing_anthropic
