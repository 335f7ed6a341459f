#include <gtest/gtest.h>

#include "encode_support.hpp"

namespace breakwater {
namespace {

using test::Encoder;
using test::hello;
using test::Json;

/// What a client of Anthropic's dialect asks.
ChatRequest asked() {
    ChatRequest request = hello();
    request.dialect = ClientDialect::anthropic_messages;
    return request;
}

TEST(ForeignDialect, ItsMembersStayBehind) {
    Encoder encoder;
    ChatRequest request = asked();
    request.extensions.emplace_back("context_management", "{}");
    EXPECT_FALSE(encoder.body(request).contains("context_management"));
    EXPECT_EQ(encoder.adapted.header_value(), "context_management=dropped");
}

TEST(ForeignDialect, ItsHostedToolsAreRefused) {
    ChatRequest request = asked();
    request.tools.push_back({.kind = Tool::Kind::hosted, .name = "bash_20250124", .definition = "{}"});
    const Result<HttpRequest> refused = Encoder().encode(request);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().param, "tools[0]");
    Encoder dropping;
    dropping.mode = config::AdaptMode::drop;
    request.tools.push_back({.name = "f", .parameters = "{}"});
    EXPECT_EQ(dropping.body(request)["tools"].size(), 1u);
}

TEST(ForeignDialect, ItsThinkingIsSaidAsAnEffort) {
    ChatRequest request = asked();
    request.reasoning.native = R"({"type":"enabled","budget_tokens":2048})";
    request.reasoning.budget_tokens = 2048;
    const Json body = Encoder().body(request);
    EXPECT_FALSE(body.contains("thinking"));
    EXPECT_EQ(body["reasoning_effort"], "low");
    Encoder by_switch;
    by_switch.quirks = config::Quirks{.reasoning_switch = config::ReasoningSwitch::thinking};
    EXPECT_EQ(by_switch.body(request)["thinking"], (Json{{"type", "enabled"}}));
}

TEST(ForeignDialect, ALongUserIsShortened) {
    ChatRequest request = asked();
    request.user = std::string(65, 'u');
    const std::string user = Encoder().body(request)["user"];
    EXPECT_LE(user.size(), 64u);
    EXPECT_TRUE(user.starts_with("user-"));
    request.user.pop_back();
    EXPECT_EQ(Encoder().body(request)["user"], request.user);
}

}  // namespace
}  // namespace breakwater
