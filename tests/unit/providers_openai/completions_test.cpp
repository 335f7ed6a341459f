#include <gtest/gtest.h>

#include "encode_support.hpp"

namespace breakwater::test {
namespace {

/// A provider whose deployment is asked at /completions.
Encoder completing(Encoder encoder = Encoder()) {
    encoder.deployment.capabilities.set(Feature::completions, Support::native);
    return encoder;
}

ChatRequest prompt(std::string text = "Once upon") {
    ChatRequest request = request_with({text_message(Role::user, std::move(text))});
    request.completion.asked = true;
    return request;
}

std::string target(Encoder encoder, const ChatRequest& request) {
    const auto encoded = encoder.encode(request);
    return encoded ? encoded->target : encoded.error().message;
}

TEST(OpenaiCompletions, GoToTheirOwnPathWhereTheDeploymentHasIt) {
    EXPECT_EQ(target(completing(), prompt()), "/completions");
    EXPECT_EQ(target(Encoder(), prompt()), "/chat/completions");
    EXPECT_EQ(target(completing(), hello()), "/chat/completions");
    EXPECT_EQ(Encoder().body(prompt())["messages"], Json::parse(R"([{"role":"user","content":"Once upon"}])"));
}

TEST(OpenaiCompletions, HaveThePathOfAzuresDeployments) {
    Encoder encoder = completing(Encoder("https://res.openai.azure.com"));
    encoder.provider.api_version = "2024-10-21";
    EXPECT_EQ(target(encoder, prompt()), "/openai/deployments/upstream-model/completions?api-version=2024-10-21");
}

TEST(OpenaiCompletions, SayAllThatTheClientSaid) {
    ChatRequest request = prompt();
    request.completion.suffix = "the end.";
    request.completion.echo = true;
    request.completion.best_of = 3;
    request.n = 2;
    request.logprobs = true;
    request.top_logprobs = 4;
    request.max_tokens = 20;
    request.sampling = {.temperature = 0.5, .seed = 7, .stop = {"x"}, .logit_bias = R"({"5":1})"};
    request.user = "u-1";
    request.extensions = {{"min_tokens", "3"}};
    EXPECT_EQ(completing().body(request), Json::parse(R"({
        "model": "upstream-model", "prompt": "Once upon", "suffix": "the end.", "max_tokens": 20, "temperature": 0.5,
        "seed": 7, "stop": ["x"], "logit_bias": {"5": 1}, "n": 2, "best_of": 3, "logprobs": 4, "echo": true,
        "user": "u-1", "min_tokens": 3})"));
}

TEST(OpenaiCompletions, KnowNoOtherNameOfTheLimit) {
    ChatRequest request = prompt();
    request.max_tokens = 20;
    const Json body = completing(openai_encoder()).body(request);
    EXPECT_EQ(body["max_tokens"], 20);
    EXPECT_FALSE(body.contains("max_completion_tokens"));
}

TEST(OpenaiCompletions, AskForUsageInStreams) {
    ChatRequest request = prompt();
    request.stream = true;
    EXPECT_EQ(completing().body(request)["stream_options"], Json::parse(R"({"include_usage":true})"));
    EXPECT_EQ(completing(openai_encoder()).body(request)["stream_options"],
              Json::parse(R"({"include_usage":true,"include_obfuscation":false})"));
}

TEST(OpenaiCompletions, SendListsOfPromptsAsTheyAre) {
    ChatRequest request = prompt();
    request.completion.prompts = R"([[1,2],[3]])";
    EXPECT_EQ(completing().body(request)["prompt"], Json::parse("[[1,2],[3]]"));
}

TEST(OpenaiCompletions, GoOnBehindAnAnswerThatBrokeOff) {
    ChatRequest request = prompt();
    request.messages.push_back(text_message(Role::assistant, " a time"));
    EXPECT_EQ(completing().body(request)["prompt"], "Once upon a time");
}

TEST(OpenaiCompletions, LeaveOutWhatOnlyChatsKnow) {
    ChatRequest request = prompt();
    request.reasoning.effort = ReasoningEffort::high;
    request.verbosity = "low";
    request.metadata = R"({"a":"b"})";
    Encoder encoder = completing();
    EXPECT_EQ(encoder.body(request), Json::parse(R"({"model":"upstream-model","prompt":"Once upon"})"));
    EXPECT_EQ(encoder.adapted.header_value(), "reasoning_effort=dropped, verbosity=dropped, metadata=dropped");
    encoder.mode = config::AdaptMode::strict;
    const auto refused = encoder.encode(request);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().param, "reasoning_effort");
}

TEST(OpenaiCompletions, AreHeldToAFormatByServersOfOnesOwn) {
    ChatRequest request = prompt();
    request.response_format.kind = ResponseFormat::Kind::json_object;
    EXPECT_EQ(completing().body(request)["response_format"], Json::parse(R"({"type":"json_object"})"));
    const auto refused = completing(openai_encoder()).encode(request);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unsupported_parameter);
    EXPECT_EQ(refused.error().param, "response_format");
}

TEST(OpenaiCompletions, ArePresetWhereEveryModelHasThem) {
    for (const char* name : {"vllm", "llamacpp", "together", "fireworks"}) {
        const config::Preset* preset = config::find_preset(name);
        ASSERT_NE(preset, nullptr) << name;
        EXPECT_EQ(preset->capabilities.feature(Feature::completions), Support::native) << name;
        EXPECT_EQ(preset->capabilities.rule(Parameter::suffix).support, Support::absent) << name;
    }
    EXPECT_EQ(config::find_preset("openai")->capabilities.feature(Feature::completions), Support::unknown);
}

}  // namespace
}  // namespace breakwater::test
