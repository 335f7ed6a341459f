#include "support.hpp"

namespace breakwater {
namespace {

using testing_anthropic::json;
using testing_anthropic::Rig;

constexpr std::string_view kBody =
    R"({"messages": [{"content":"hi", "role":"user"}], "model": "route", "max_tokens": 100, "system" : "Be brief."})";

/// What a client of this dialect sent, as its ingress reads it.
ChatRequest sent_request(std::uint8_t holds = 0, ClientDialect dialect = ClientDialect::anthropic_messages) {
    ChatRequest request;
    request.model = "route";
    request.max_tokens = 100;
    request.dialect = dialect;
    request.messages.push_back({.role = Role::system, .parts = {TextPart{.text = "Be brief."}}, .plain = true});
    request.messages.push_back({.role = Role::user, .parts = {TextPart{.text = "hi"}}, .plain = true});
    auto sent = std::make_shared<SentText>();
    sent->dialect = dialect;
    sent->holds = holds;
    sent->body = kBody;
    const auto part = [&](std::string_view text) {
        return std::string_view(sent->body).substr(sent->body.find(text), text.size());
    };
    sent->messages = part(R"([{"content":"hi", "role":"user"}])");
    sent->system = part(R"("Be brief.")");
    sent->model = part(R"("route")");
    request.sent = sent;
    return request;
}

std::string body_of(Rig& rig, const ChatRequest& request) {
    const Result<HttpRequest> http = rig.encode(request);
    return http ? http->body : http.error().message;
}

std::string with_model(std::string body) {
    return body.replace(body.find("\"route\""), 7, "\"claude-test\"");
}

TEST(AnthropicSentText, TheBodyGoesOnButForTheModel) {
    Rig rig;
    EXPECT_EQ(body_of(rig, sent_request()), with_model(std::string(kBody)));
    EXPECT_TRUE(rig.adapted.empty());
}

TEST(AnthropicSentText, WhatWasBentIsWrittenAnewAroundTheClientsMembers) {
    Rig rig;
    ChatRequest request = sent_request();
    request.bent = true;
    request.sampling.temperature = 0.5;
    request.extensions.emplace_back("container", R"("c1")");
    request.extensions.emplace_back("newer_than_us", "1");
    request.extensions.emplace_back("anthropic_beta", R"("b1")");
    const std::string text = body_of(rig, request);
    EXPECT_NE(text.find(R"("messages":[{"content":"hi", "role":"user"}])"), std::string::npos) << text;
    const json body = json::parse(text);
    EXPECT_EQ(body["system"], "Be brief.");
    EXPECT_EQ(body["temperature"], 0.5);
    EXPECT_EQ(body["container"], "c1");
    EXPECT_EQ(body["newer_than_us"], 1);
    EXPECT_FALSE(body.contains("anthropic_beta"));
}

TEST(AnthropicSentText, AFormOfThinkingThatTheModelLacksIsSaidInItsOwn) {
    Rig rig;
    rig.adaptive_model().deployment.capabilities.rule(Parameter::reasoning_budget).support = Support::absent;
    rig.deployment.capabilities.set(Feature::reasoning, Support::native);
    ChatRequest request = sent_request();
    request.reasoning.budget_tokens = 2048;
    EXPECT_EQ(json::parse(body_of(rig, request))["thinking"]["type"], "adaptive");
}

TEST(AnthropicSentText, AdaptiveThinkingGoesOnToModelsThatHaveIt) {
    ChatRequest request = sent_request(SentText::adaptive_thinking);
    request.reasoning.effort = ReasoningEffort::high;
    Rig newer;
    newer.adaptive_model();
    EXPECT_EQ(body_of(newer, request), with_model(std::string(kBody)));
    Rig older;
    older.budget_model().deployment.capabilities.rule(Parameter::reasoning_effort).support = Support::emulated;
    older.deployment.capabilities.set(Feature::reasoning, Support::native);
    EXPECT_NE(body_of(older, request), with_model(std::string(kBody)));
}

TEST(AnthropicSentText, ReasoningOfOthersIsNotPassedOn) {
    for (const char* seal : {"", "google:abc"}) {
        Rig rig;
        ChatRequest request = sent_request();
        request.messages.push_back(
            {.role = Role::assistant,
             .parts = {ReasoningPart{.text = "Hm.", .signature = seal}, TextPart{.text = "Yes?"}}});
        request.messages.push_back({.role = Role::user, .parts = {TextPart{.text = "no"}}});
        const std::string text = body_of(rig, request);
        EXPECT_EQ(text.find("Hm."), std::string::npos) << text;
        EXPECT_NE(text.find("Yes?"), std::string::npos) << text;
    }
}

TEST(AnthropicSentText, ALimitAboveTheModelsIsClamped) {
    Rig rig;
    rig.deployment.facts.max_output = 50;
    EXPECT_EQ(json::parse(body_of(rig, sent_request()))["max_tokens"], 50);
}

TEST(AnthropicSentText, ATurnThatTheModelDoesNotContinueGetsAnotherBehindIt) {
    Rig rig;
    ChatRequest request = sent_request();
    request.messages.push_back({.role = Role::assistant, .parts = {TextPart{.text = "I"}}});
    EXPECT_EQ(json::parse(body_of(rig, request))["messages"].back()["role"], "user");
}

TEST(AnthropicSentText, BytesOfAnotherDialectAreNotItsOwn) {
    Rig rig;
    const ChatRequest request = sent_request(0, ClientDialect::openai_chat);
    EXPECT_EQ(json::parse(body_of(rig, request))["system"][0]["text"], "Be brief.");
}

/// Takes whatever is of this dialect.
class Taker final : public EventSink {
public:
    void on_event(const StreamEvent&) override {}
    bool on_native(const NativePart& part) override {
        parts.push_back(json::parse(part.json));
        return true;
    }
    std::vector<json> parts;
};

TEST(AnthropicSentText, BlocksOfServerToolsAreHandedOnWithTheirInput) {
    const Rig rig;
    const auto provider = anthropic_module().make(rig.settings);
    const auto decoder = provider->make_decoder(sent_request(), rig.deployment);
    HttpResponseHead head{.status = 200};
    head.headers.add("content-type", "text/event-stream");
    ASSERT_TRUE(decoder->on_head(head));
    Taker taker;
    ASSERT_TRUE(decoder->on_body(
        "data: "
        "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"server_tool_use\",\"id\":\"s\","
        "\"name\":\"web_search\",\"input\":{}}}\n\n"
        "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\","
        "\"partial_json\":\"{\\\"q\\\":\"}}\n\n"
        "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\","
        "\"partial_json\":\"1}\"}}\n\n"
        "data: {\"type\":\"content_block_stop\",\"index\":0}\n\n",
        taker));
    ASSERT_EQ(taker.parts.size(), 1u);
    EXPECT_EQ(taker.parts[0],
              json::parse(R"({"type":"server_tool_use","id":"s","name":"web_search","input":{"q":1}})"));
}

}  // namespace
}  // namespace breakwater
