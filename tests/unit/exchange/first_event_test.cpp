#include "exchange/first_event.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

TEST(FirstEvent, IsAFailureInTheWordsOfEitherDialect) {
    EXPECT_FALSE(failure_in(R"({"setupComplete":{}})"));
    EXPECT_FALSE(failure_in(R"({"type":"session.created","error":{"code":"x"}})"));
    EXPECT_FALSE(failure_in("no JSON"));
    const auto openai = failure_in(R"({"type":"error","error":{"type":"t","code":"invalid_api_key","message":"no"}})");
    ASSERT_TRUE(openai);
    EXPECT_EQ(openai->kind, ErrorKind::upstream_auth);
    EXPECT_EQ(openai->upstream->type, "t");
    const auto google = failure_in(R"({"error":{"code":429,"message":"slow down","status":"RESOURCE_EXHAUSTED"}})");
    ASSERT_TRUE(google);
    EXPECT_EQ(google->kind, ErrorKind::rate_limited);
    EXPECT_EQ(google->upstream->status, 429);
}

Error closed(std::uint16_t code, std::string_view reason) {
    std::string bytes;
    append_close_frame(bytes, static_cast<CloseCode>(code), reason);
    WebSocketFrames frames(WebSocketFrames::From::server, 100);
    frames.gather(true);
    std::string out;
    frames.read(bytes, out);
    return closed_at_once("p", frames);
}

TEST(FirstEvent, MayBeACloseFrameThatSaysWhy) {
    EXPECT_EQ(closed(1011, "").kind, ErrorKind::upstream_truncated);
    EXPECT_EQ(closed(1013, "").kind, ErrorKind::overloaded);
    EXPECT_EQ(closed(1013, "come again").kind, ErrorKind::overloaded);
    EXPECT_EQ(closed(1007, "API key not valid. Please pass a valid API key.").kind, ErrorKind::upstream_auth);
    EXPECT_EQ(closed(1008, "Your API key was reported as leaked. Please use another API key.").kind,
              ErrorKind::upstream_auth);
    EXPECT_EQ(closed(1007, "Invalid JSON payload received.").kind, ErrorKind::invalid_request);
    EXPECT_EQ(closed(1008, "models/x is not found for API version v1beta.").kind, ErrorKind::upstream_model_missing);
    EXPECT_EQ(closed(1008, "").kind, ErrorKind::upstream_truncated);
    EXPECT_EQ(closed(1008, "Operation is not enabled.").kind, ErrorKind::unsupported_parameter);
    EXPECT_EQ(closed(1011, "Something broke.").kind, ErrorKind::upstream_error);
    EXPECT_EQ(closed(1007, "The voice named x was not found.").kind, ErrorKind::invalid_request);
    EXPECT_EQ(closed(1007, "models/x is not found for API version v1beta.").kind, ErrorKind::upstream_model_missing);
    EXPECT_EQ(closed(1007, "Publisher Model `x` was not found.").kind, ErrorKind::upstream_model_missing);
    EXPECT_EQ(closed(1011, "You exceeded your current quota.").kind, ErrorKind::upstream_billing);
    EXPECT_EQ(closed(1008, "Requested entity was not found.").kind, ErrorKind::upstream_model_missing);
    EXPECT_EQ(closed(1007, "User location is not supported for the API use.").kind, ErrorKind::upstream_permission);
    EXPECT_EQ(closed(1011, "The service is currently unavailable.").kind, ErrorKind::overloaded);
    const Error said = closed(1008, "Operation is not enabled.");
    EXPECT_NE(said.message.find("with code 1008: Operation is not enabled."), std::string::npos) << said.message;
    EXPECT_EQ(said.upstream->code, "1008");
}

}  // namespace
}  // namespace breakwater
