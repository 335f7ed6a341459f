#include "support.hpp"

namespace breakwater::testing_bedrock {
namespace {

Error error_of(int status, const std::string& exception, const std::string& message, Headers headers = {}) {
    Answer answer{.status = status, .body = json{{"message", message}}.dump(), .headers = std::move(headers)};
    if (!exception.empty()) answer.headers.add("x-amzn-errortype", exception + ":http://internal.amazon.com/coral/");
    answer.headers.add("x-amzn-RequestId", "req-9");
    const Decoded decoded = decode(answer);
    EXPECT_TRUE(decoded.error);
    return decoded.error.value_or(Error(ErrorKind::internal, "none"));
}

struct Row {
    int status;
    const char* exception;
    const char* message;
    ErrorKind kind;
};

TEST(BedrockErrors, AreToldByTheNameOfTheException) {
    const Row rows[] = {
        {403, "AccessDeniedException", "You don't have access to the model.", ErrorKind::upstream_permission},
        {403, "UnrecognizedClientException", "The security token included in the request is invalid.",
         ErrorKind::upstream_auth},
        {403, "ExpiredTokenException", "The security token included in the request is expired",
         ErrorKind::upstream_auth},
        {403, "InvalidSignatureException", "Signature expired: 1 is now earlier than 2", ErrorKind::upstream_auth},
        {400, "ValidationException", "messages.0: bad", ErrorKind::invalid_request},
        {400, "ValidationException", "Input is too long for requested model.", ErrorKind::context_length},
        {400, "ValidationException", "prompt is too long: 210000 tokens > 200000 maximum", ErrorKind::context_length},
        {400, "ValidationException",
         "The model returned the following errors: Input Tokens Exceeded: Number of input tokens exceeds maximum "
         "length.",
         ErrorKind::context_length},
        {400, "ValidationException", "expected maxLength: 10, actual: 12", ErrorKind::context_length},
        {400, "ValidationException", "The provided model identifier is invalid.", ErrorKind::upstream_model_missing},
        {400, "ValidationException",
         "Invocation of model ID x with on-demand throughput isn\xe2\x80\x99t supported. Retry your request with the "
         "ID or ARN "
         "of an inference profile that contains this model.",
         ErrorKind::upstream_model_missing},
        {404, "ResourceNotFoundException", "This model version has reached the end of its life.",
         ErrorKind::upstream_model_missing},
        {429, "ThrottlingException", "Too many tokens, please wait before trying again.", ErrorKind::rate_limited},
        {429, "ThrottlingException", "Too many tokens per day, please wait before trying again.",
         ErrorKind::quota_exhausted},
        {400, "ServiceQuotaExceededException", "Your request exceeds a quota.", ErrorKind::quota_exhausted},
        {429, "ModelNotReadyException", "The model is loading.", ErrorKind::overloaded},
        {408, "ModelTimeoutException", "The model took too long.", ErrorKind::upstream_timeout},
        {424, "ModelErrorException", "The model failed.", ErrorKind::upstream_error},
        {500, "InternalServerException", "Oops.", ErrorKind::upstream_error},
        {503, "ServiceUnavailableException", "Too many connections, please wait before trying again.",
         ErrorKind::overloaded},
        {400, "ConflictException", "It changed.", ErrorKind::invalid_request},
        {418, "AnExceptionToCome", "New.", ErrorKind::upstream_error},
    };
    for (const Row& row : rows) {
        const Error error = error_of(row.status, row.exception, row.message);
        EXPECT_EQ(error.kind, row.kind) << row.exception << ": " << row.message;
        ASSERT_TRUE(error.upstream);
        EXPECT_EQ(error.upstream->type, row.exception);
        EXPECT_EQ(error.upstream->status, row.status);
        EXPECT_EQ(error.upstream->request_id, "req-9");
    }
}

TEST(BedrockErrors, AreToldByTheBodyWhereTheHeaderIsMissing) {
    const Decoded decoded = decode(
        {.status = 429, .body = R"({"__type":"com.amazonaws.bedrock#ThrottlingException","Message":"Slow down."})"});
    ASSERT_TRUE(decoded.error);
    EXPECT_EQ(decoded.error->kind, ErrorKind::rate_limited);
    EXPECT_EQ(decoded.error->upstream->type, "ThrottlingException");
    EXPECT_EQ(decoded.error->upstream->message, "Slow down.");
}

TEST(BedrockErrors, ComeAsPagesAndAsNothing) {
    const Decoded page =
        decode({.status = 502, .content_type = "text/html", .body = "<html><h1>Bad gateway</h1></html>"});
    EXPECT_EQ(page.error->kind, ErrorKind::upstream_error);
    const Decoded nothing = decode({.status = 503, .body = ""});
    EXPECT_EQ(nothing.error->kind, ErrorKind::overloaded);
    const Decoded markup = decode({.status = 200, .content_type = "text/html", .body = "<html>"});
    EXPECT_EQ(markup.error->kind, ErrorKind::upstream_invalid);
}

TEST(BedrockErrors, OfAModelsOwnFaultAreNotTriedAgain) {
    Answer answer{.status = 424, .body = R"({"message":"Malformed.","originalStatusCode":400})"};
    answer.headers.add("x-amzn-ErrorType", "ModelErrorException");
    EXPECT_EQ(decode(answer).error->should_retry, false);
    answer.body = R"({"message":"Busy.","originalStatusCode":503})";
    EXPECT_FALSE(decode(answer).error->should_retry.has_value());
}

TEST(BedrockErrors, SayWhoseQuotaOfADayIsUsedUp) {
    EXPECT_EQ(error_of(429, "ThrottlingException", "Too many tokens per day.").message,
              "The gateway's account at the provider is exhausted: Too many tokens per day.");
}

TEST(BedrockErrors, KeepTheWaitThatTheServiceAsksFor) {
    Headers headers;
    headers.add("retry-after", "7");
    EXPECT_EQ(error_of(429, "ThrottlingException", "Slow down.", headers).retry_after, std::chrono::milliseconds(7000));
}

TEST(BedrockErrors, OfFramesThatAreNoFrames) {
    const std::string kind = "application/vnd.amazon.eventstream";
    EXPECT_EQ(decode({.content_type = kind, .body = std::string(64, 'x')}).error->kind, ErrorKind::upstream_invalid);
    EXPECT_EQ(decode({.content_type = "text/plain", .body = "hello"}).error->kind, ErrorKind::upstream_invalid);
    EXPECT_EQ(decode({.content_type = kind, .body = ""}).error->kind, ErrorKind::upstream_truncated);
    EXPECT_EQ(decode({.body = R"({"output":{"message":{"content":[{"te)"}).error->kind, ErrorKind::upstream_truncated);
    EXPECT_EQ(decode({.body = R"({"hello":1})"}).error->kind, ErrorKind::upstream_invalid);
    EXPECT_EQ(decode({.body = "{]"}).error->kind, ErrorKind::upstream_invalid);
}

}  // namespace
}  // namespace breakwater::testing_bedrock
