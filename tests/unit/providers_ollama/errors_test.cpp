#include <gtest/gtest.h>

#include "provider_answers.hpp"
#include "providers/ollama/module.hpp"

namespace breakwater {
namespace {

using test::Answer;
using test::Decoded;

Decoded decode(const Answer& answer) {
    return test::decode(test::ProviderRig(ollama_module()), answer);
}

Answer failure(int status, std::string_view message) {
    return {.status = status, .body = test::json{{"error", message}}.dump()};
}

ErrorKind kind_of(const Answer& answer) {
    const Decoded decoded = decode(answer);
    EXPECT_TRUE(decoded.error);
    return decoded.error ? decoded.error->kind : ErrorKind::internal;
}

TEST(OllamaErrors, FollowStatusAndWording) {
    EXPECT_EQ(kind_of(failure(400, "model is required")), ErrorKind::invalid_request);
    EXPECT_EQ(kind_of(failure(400, "\"x\" does not support thinking")), ErrorKind::unsupported_parameter);
    EXPECT_EQ(kind_of(failure(400, "registry/x:latest does not support tools")), ErrorKind::unsupported_parameter);
    EXPECT_EQ(kind_of(failure(400, "the input exceeds the context length")), ErrorKind::context_length);
    EXPECT_EQ(kind_of(failure(401, "unauthorized")), ErrorKind::upstream_auth);
    EXPECT_EQ(kind_of(failure(404, "model \"x\" not found, try pulling it first")), ErrorKind::upstream_model_missing);
    EXPECT_EQ(kind_of(failure(429, "too many requests")), ErrorKind::rate_limited);
    EXPECT_EQ(kind_of(failure(500, "input after truncation exceeds maximum context length")),
              ErrorKind::context_length);
    EXPECT_EQ(kind_of(failure(500, "llama runner process has terminated")), ErrorKind::upstream_error);
    EXPECT_EQ(kind_of(failure(503, "server busy, please try again.  maximum pending requests exceeded")),
              ErrorKind::overloaded);
}

TEST(OllamaErrors, SayThatTheDeploymentsModelIsMeant) {
    const Decoded decoded = decode({.content_type = "application/x-ndjson",
                                    .body = "{\"error\":\"model \\\"x\\\" not found, try pulling it first\"}\n"});
    ASSERT_TRUE(decoded.error);
    EXPECT_EQ(decoded.error->message,
              "The provider does not know the deployment's model: model \"x\" not found, try pulling it first");
}

TEST(OllamaErrors, MeanTheSameInsideAStream) {
    const auto in_band = [](std::string_view message) {
        return kind_of({.content_type = "application/x-ndjson",
                        .body = "{\"message\":{\"content\":\"x\"},\"done\":false}\n" +
                                test::json{{"error", message}}.dump() + "\n"});
    };
    EXPECT_EQ(in_band("model \"x\" not found, try pulling it first"), ErrorKind::upstream_model_missing);
    EXPECT_EQ(in_band("server busy, please try again.  maximum pending requests exceeded"), ErrorKind::overloaded);
    EXPECT_EQ(in_band("an error was encountered while running the model"), ErrorKind::upstream_error);
}

TEST(OllamaErrors, NeverTakeAnythingElseForAnAnswer) {
    EXPECT_EQ(kind_of({.content_type = "text/html", .body = "<html>maintenance</html>"}), ErrorKind::upstream_invalid);
    EXPECT_EQ(kind_of({.content_type = "text/plain", .body = "Ollama is running"}), ErrorKind::upstream_invalid);
    EXPECT_EQ(kind_of({.body = ""}), ErrorKind::upstream_truncated);
    EXPECT_EQ(kind_of({.body = R"({"ok":true})"}), ErrorKind::upstream_invalid);
    EXPECT_EQ(kind_of({.body = "{\n}"}), ErrorKind::upstream_invalid);
    EXPECT_EQ(kind_of({.body = "{\"message\":}\n"}), ErrorKind::upstream_invalid);
    EXPECT_EQ(kind_of({.body = R"({"message":{"content":"x"},"done":false})"}), ErrorKind::upstream_truncated);
    EXPECT_EQ(kind_of({.body = "{\"message\":{\"content\":\"x\"},\"done\":false}\nnonsense\n"}),
              ErrorKind::upstream_invalid);
    EXPECT_EQ(kind_of({.status = 502, .content_type = "text/html", .body = "<html>bad gateway</html>"}),
              ErrorKind::upstream_error);
}

TEST(OllamaErrors, BoundWhatIsCollected) {
    // A first line that is not JSON makes an answer over several lines of everything that follows.
    Answer answer{.body = "{\n"};
    const std::string line(1u << 20, ' ');
    for (int i = 0; i < 66; ++i) answer.body += "\"" + line + "\",\n";
    EXPECT_EQ(kind_of(answer), ErrorKind::upstream_invalid);
}

TEST(OllamaAnswer, InventsTheSameIdsForTheSameAnswer) {
    const Answer answer{
        .body =
            "{\"created_at\":\"2026-08-17T08:22:52Z\",\"message\":{\"tool_calls\":[{\"function\":{\"name\":\"f\","
            "\"arguments\":{}}},{\"function\":{\"name\":\"f\",\"arguments\":{}}}]},\"done\":false}\n"
            "{\"done\":true,\"done_reason\":\"stop\"}\n"};
    const Decoded first = decode(answer);
    const Decoded second = decode(answer);
    ASSERT_EQ(first.choice().tool_calls.size(), 2u);
    EXPECT_EQ(first.choice().tool_calls[0].id, second.choice().tool_calls[0].id);
    EXPECT_NE(first.choice().tool_calls[0].id, first.choice().tool_calls[1].id);
    EXPECT_TRUE(first.choice().tool_calls[0].id.starts_with("call_"));
    Answer later = answer;
    later.body.replace(later.body.find("08:22:52"), 8, "08:22:53");
    EXPECT_NE(decode(later).choice().tool_calls[0].id, first.choice().tool_calls[0].id);
}

}  // namespace
}  // namespace breakwater
