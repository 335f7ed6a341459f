#include <gtest/gtest.h>

#include "breakwater/canonical/chat_response.hpp"
#include "breakwater/canonical/stream_guard.hpp"
#include "encode_support.hpp"

// A form that the model is told in words: what the body says then, and how the answer is read.
namespace breakwater::test {
namespace {

using Kind = ResponseFormat::Kind;

ChatRequest schema_wanted(std::string schema = R"({"type":"object"})") {
    ChatRequest request = hello();
    request.response_format = {.kind = Kind::json_schema, .name = "out", .schema = std::move(schema)};
    return request;
}

Encoder worded() {
    Encoder encoder;
    encoder.deployment.capabilities.set(Feature::json_schema, Support::emulated);
    return encoder;
}

std::vector<std::string> texts(const Encoder& encoder, const ChatRequest& request, std::string_view body) {
    config::Provider settings = encoder.provider;
    settings.dialect = "openai";
    const auto decoder = make_openai_provider(settings)->make_decoder(request, encoder.deployment);
    ResponseFold fold;
    Rng rng(1);
    StreamGuard guard(fold, rng);
    EXPECT_TRUE(decoder->on_head({.status = 200}).has_value());
    EXPECT_TRUE(decoder->on_body(body, guard).has_value());
    EXPECT_TRUE(decoder->on_end(guard).has_value());
    std::vector<std::string> found;
    for (const ResponseChoice& choice : fold.response().choices) found.push_back(choice.text);
    return found;
}

using Texts = std::vector<std::string>;

constexpr std::string_view kChoices = R"({"choices":[
    {"index":0,"message":{"content":"```json\n{\"a\":1}\n```"},"finish_reason":"stop"},
    {"index":1,"message":{"content":[{"type":"text","text":"```\n{\"a\""},{"type":"text","text":":2}\n```"}]},
     "finish_reason":"stop"}]})";

TEST(OpenaiToldFormat, TheAnswerLosesItsFenceInEveryChoiceAndForm) {
    EXPECT_EQ(texts(worded(), schema_wanted(), kChoices), (Texts{R"({"a":1})", R"({"a":2})"}));
}

TEST(OpenaiToldFormat, OtherAnswersKeepTheirs) {
    const Texts as_they_are{"```json\n{\"a\":1}\n```", "```\n{\"a\":2}\n```"};
    EXPECT_EQ(texts(worded(), hello(), kChoices), as_they_are);
    EXPECT_EQ(texts(Encoder(), schema_wanted(), kChoices), as_they_are);
    Encoder object = worded();
    ChatRequest request = hello();
    request.response_format.kind = Kind::json_object;
    EXPECT_EQ(texts(object, request, kChoices), as_they_are);
}

TEST(OpenaiToldFormat, ACompletionIsToldNothing) {
    Encoder encoder = worded();
    encoder.mode = config::AdaptMode::drop;
    encoder.deployment.capabilities.set(Feature::completions, Support::native);
    ChatRequest request = schema_wanted();
    request.completion.asked = true;
    EXPECT_EQ(encoder.body(request), Json::parse(R"({"model":"upstream-model","prompt":"Hello"})"));
    constexpr std::string_view kText = R"({"choices":[{"index":0,"text":"```\n{}\n```","finish_reason":"stop"}]})";
    EXPECT_EQ(texts(encoder, request, kText), (Texts{"```\n{}\n```"}));
}

TEST(OpenaiToldFormat, JsonModeIsLeftOutWhereThereIsNoneOrItForbidsTheAnswer) {
    Encoder encoder = worded();
    EXPECT_FALSE(encoder.body(schema_wanted(R"({"type":"array"})")).contains("response_format"));
    encoder.deployment.capabilities.set(Feature::json_object, Support::emulated);
    EXPECT_FALSE(encoder.body(schema_wanted()).contains("response_format"));
    ChatRequest object = hello();
    object.response_format.kind = Kind::json_object;
    const Json body = encoder.body(object);
    EXPECT_FALSE(body.contains("response_format"));
    EXPECT_EQ(body["messages"][0]["role"], "system");
    EXPECT_EQ(encoder.adapted.header_value(), "response_format=emulated");
}

TEST(OpenaiToldFormat, IsAChangeThatARouteMayForbid) {
    Encoder encoder = worded();
    encoder.mode = config::AdaptMode::strict;
    const auto refused = encoder.encode(schema_wanted());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().param, "response_format");
}

}  // namespace
}  // namespace breakwater::test
