#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "encode_support.hpp"
#include "providers/openai/module.hpp"

namespace breakwater::test {
namespace {

/// The provider that a preset stands for, with the capability map that its deployments have.
Encoder preset_encoder(std::string_view preset) {
    Encoder encoder("");
    encoder.provider.dialect = "openai";
    encoder.provider.preset = preset;
    config::apply_preset(encoder.provider);
    encoder.deployment.capabilities = openai_capabilities();
    encoder.deployment.capabilities.overlay(encoder.provider.capabilities);
    return encoder;
}

/// What reaches the server: adapted to the capability map, then encoded; null when it was refused.
Json sent(Encoder& encoder, const ChatRequest& request) {
    BentRequest bent(request);
    const auto adapted =
        adapt_request(bent, encoder.deployment.capabilities, encoder.deployment.facts, encoder.mode, encoder.adapted);
    return adapted ? encoder.body(bent.get()) : Json();
}

Json sent(std::string_view preset, const ChatRequest& request) {
    Encoder encoder = preset_encoder(preset);
    return sent(encoder, request);
}

ChatRequest two_part_request() {
    return request_with(
        {text_message(Role::developer, "Be brief."),
         text_message(Role::system, "Be kind."),
         {.role = Role::user, .parts = {TextPart{.text = "One"}, TextPart{.text = "two"}}, .name = "ann"}});
}

ChatRequest with_tools(ToolChoice::Mode mode) {
    ChatRequest request = hello();
    request.tools = {{.name = "get"}, {.name = "put"}};
    request.tool_choice = {.mode = mode, .name = mode == ToolChoice::Mode::named ? "put" : ""};
    return request;
}

ChatRequest with_effort(ReasoningEffort effort) {
    ChatRequest request = hello();
    request.reasoning.effort = effort;
    return request;
}

TEST(Sambanova, TakesTextsAndSwitchesReasoningInTheTemplate) {
    ChatRequest request = two_part_request();
    request.max_tokens = 5;
    request.sampling.seed = 1;
    request.reasoning.effort = ReasoningEffort::none;
    EXPECT_EQ(sent("sambanova", request), Json::parse(R"({"model":"upstream-model","messages":[
        {"role":"system","content":"Be brief."},{"role":"system","content":"Be kind."},
        {"role":"user","name":"ann","content":"One\ntwo"}],
        "max_tokens":5,"chat_template_kwargs":{"enable_thinking":false}})"));
    EXPECT_EQ(sent("sambanova", with_effort(ReasoningEffort::low))["reasoning_effort"], "low");
}

TEST(Nvidia, GetsNothingThatItsStrictModelsRefuse) {
    ChatRequest request = two_part_request();
    request.stream = true;
    request.tools = {{.name = "get"}};
    request.parallel_tool_calls = false;
    request.sampling.frequency_penalty = 0.5;
    request.user = "u";
    EXPECT_EQ(sent("nvidia", request), Json::parse(R"({"model":"upstream-model","messages":[
        {"role":"system","content":"Be brief.\n\nBe kind."},{"role":"user","content":"One\ntwo"}],
        "tools":[{"type":"function","function":{"name":"get","parameters":{"type":"object","properties":{}}}}],
        "stream":true})"));
}

TEST(Nvidia, KeepsPicturesInTheirList) {
    const ChatRequest request = request_with(
        {{.role = Role::user, .parts = {TextPart{.text = "See"}, ImagePart{.url = "https://e.example/a.png"}}}});
    EXPECT_EQ(sent("nvidia", request)["messages"][0]["content"].size(), 2u);
}

TEST(Huggingface, LeavesOutWhatOnlyOpenaiKeeps) {
    ChatRequest request = two_part_request();
    request.store = true;
    request.metadata = R"({"k":"v"})";
    request.max_tokens = 5;
    const Json body = sent("huggingface", request);
    EXPECT_FALSE(body.contains("store") || body.contains("metadata"));
    EXPECT_FALSE(body["messages"][2].contains("name"));
    EXPECT_EQ(body["max_tokens"], 5);
}

TEST(Moonshot, KnowsNoForcedToolAndMarksAPartialAnswer) {
    ChatRequest request = hello();
    request.messages.push_back(text_message(Role::assistant, "Well"));
    request.sampling.temperature = 1.5;
    const Json body = sent("moonshot", request);
    EXPECT_EQ(body["messages"][1], Json::parse(R"({"role":"assistant","content":"Well","partial":true})"));
    EXPECT_EQ(body["temperature"], 1);
    EXPECT_TRUE(sent("moonshot", with_tools(ToolChoice::Mode::required)).is_null());
    EXPECT_EQ(sent("moonshot", with_effort(ReasoningEffort::none))["thinking"], Json::parse(R"({"type":"disabled"})"));
}

TEST(Moonshot, GetsTheReasoningOfEarlierTurnsAndToolResultsAsText) {
    const ChatRequest request = request_with(
        {text_message(Role::user, "Go"),
         {.role = Role::assistant,
          .parts = {ReasoningPart{.text = "Hm."}, ToolCallPart{.id = "c1", .name = "get", .arguments = "{}"}}},
         {.role = Role::tool, .parts = {TextPart{.text = "a"}, TextPart{.text = "b"}}, .tool_call_id = "c1"}});
    const Json body = sent("moonshot", request);
    EXPECT_EQ(body["messages"][1]["reasoning_content"], "Hm.");
    EXPECT_EQ(body["messages"][2]["content"], "a\nb");
}

TEST(Zai, TakesOneStopAndASwitchForReasoning) {
    ChatRequest request = with_effort(ReasoningEffort::none);
    request.sampling.stop = {"A", "B"};
    const Json body = sent("zai", request);
    EXPECT_EQ(body["stop"], Json::parse(R"(["A"])"));
    EXPECT_EQ(body["thinking"], Json::parse(R"({"type":"disabled"})"));
    EXPECT_FALSE(body.contains("reasoning_effort"));
}

TEST(Alibaba, IsAlwaysAskedForAStream) {
    Encoder encoder = preset_encoder("alibaba");
    const auto whole = encoder.encode(hello());
    ASSERT_TRUE(whole.has_value());
    EXPECT_EQ(whole->headers.get("accept"), "text/event-stream");
    const Json body = Json::parse(whole->body);
    EXPECT_EQ(body["stream"], true);
    EXPECT_EQ(body["stream_options"], Json::parse(R"({"include_usage":true})"));
}

TEST(Alibaba, SwitchesThinkingAndTakesABudgetButNoEfforts) {
    EXPECT_EQ(sent("alibaba", with_effort(ReasoningEffort::none))["enable_thinking"], false);
    const Json high = sent("alibaba", with_effort(ReasoningEffort::high));
    EXPECT_EQ(high["enable_thinking"], true);
    EXPECT_FALSE(high.contains("reasoning_effort") || high.contains("thinking_budget"));
    ChatRequest budget = hello();
    budget.reasoning.budget_tokens = 500;
    EXPECT_EQ(sent("alibaba", budget)["thinking_budget"], 500);
    EXPECT_EQ(sent("alibaba", budget)["enable_thinking"], true);
    EXPECT_FALSE(sent("alibaba", hello()).contains("enable_thinking"));
}

TEST(Alibaba, LetsTheClientsOwnSwitchStandAlone) {
    ChatRequest request = with_effort(ReasoningEffort::none);
    request.extensions = {{"enable_thinking", "true"}};
    Encoder encoder = preset_encoder("alibaba");
    const auto upstream = encoder.encode(request);
    ASSERT_TRUE(upstream.has_value());
    EXPECT_EQ(upstream->body.find("enable_thinking"), upstream->body.rfind("enable_thinking"));
    EXPECT_EQ(Json::parse(upstream->body)["enable_thinking"], true);
}

/// A tool loop with thoughts, and all that is often refused. Models that are OpenAI's elsewhere tell a preset's words
/// from the defaults, which go by the model.
ChatRequest thoughtful_loop() {
    ChatRequest request = request_with(
        {text_message(Role::developer, "Be brief."),
         text_message(Role::user, "Go"),
         {.role = Role::assistant,
          .parts = {ReasoningPart{.text = "Hm."}, ToolCallPart{.id = "c1", .name = "get", .arguments = "{}"}}},
         {.role = Role::tool, .parts = {TextPart{.text = "a"}}, .tool_call_id = "c1"}});
    request.tools = {{.name = "get"}};
    request.parallel_tool_calls = false;
    request.max_tokens = 5;
    request.sampling.seed = 1;
    request.stream = true;
    return request;
}

constexpr const char* kThoughtfulLoop = R"({"model":"upstream-model","messages":[
    {"role":"system","content":"Be brief."},{"role":"user","content":"Go"},
    {"role":"assistant","content":null,"reasoning_content":"Hm.","tool_calls":[
        {"id":"c1","type":"function","function":{"name":"get","arguments":"{}"}}]},
    {"role":"tool","tool_call_id":"c1","content":"a"}],
    "tools":[{"type":"function","function":{"name":"get","parameters":{"type":"object","properties":{}}}}],
    "max_tokens":5,"seed":1,"stream":true,"stream_options":{"include_usage":true}})";

TEST(Fireworks, GetsThoughtsBackAndNoWordAboutParallelCalls) {
    Encoder encoder = preset_encoder("fireworks");
    encoder.deployment.facts.vendor = "openai";
    EXPECT_EQ(sent(encoder, thoughtful_loop()), Json::parse(kThoughtfulLoop));
    EXPECT_EQ(encoder.adapted.header_value(), "parallel_tool_calls=dropped, messages[0].role=mapped");
}

TEST(Avian, GetsThoughtsBackAndAllElseAsItIs) {
    Encoder encoder = preset_encoder("avian");
    encoder.deployment.facts.vendor = "openai";
    Json expected = Json::parse(kThoughtfulLoop);
    expected["parallel_tool_calls"] = false;
    EXPECT_EQ(sent(encoder, thoughtful_loop()), expected);
    EXPECT_EQ(encoder.adapted.header_value(), "messages[0].role=mapped");
}

TEST(Vllm, GetsOneSystemMessageAndTheTemplatesSwitch) {
    ChatRequest request = two_part_request();
    request.reasoning.effort = ReasoningEffort::none;
    request.max_tokens = 5;
    Encoder encoder = preset_encoder("vllm");
    EXPECT_EQ(sent(encoder, request), Json::parse(R"({"model":"upstream-model","messages":[
        {"role":"system","content":"Be brief.\n\nBe kind."},
        {"role":"user","name":"ann","content":[{"type":"text","text":"One"},{"type":"text","text":"two"}]}],
        "max_tokens":5,"chat_template_kwargs":{"enable_thinking":false}})"));
    EXPECT_EQ(encoder.adapted.header_value(), "messages=mapped, messages[0].role=mapped");
}

TEST(Vllm, LetsTheClientWriteTheTemplatesArguments) {
    ChatRequest request = with_effort(ReasoningEffort::none);
    request.extensions = {{"chat_template_kwargs", R"({"enable_thinking":true})"}};
    EXPECT_EQ(sent("vllm", request)["chat_template_kwargs"], Json::parse(R"({"enable_thinking":true})"));
}

TEST(Llamacpp, IsAskedAsVllmAndNeedsNoKey) {
    Encoder encoder = preset_encoder("llamacpp");
    EXPECT_EQ(encoder.provider.base_url, "http://127.0.0.1:8080/v1");
    encoder.credential = Secret();
    const auto upstream = encoder.encode(two_part_request());
    ASSERT_TRUE(upstream.has_value());
    EXPECT_EQ(upstream->headers.count("authorization"), 0u);
    EXPECT_EQ(Json::parse(upstream->body)["messages"].size(), 2u);
}

TEST(LmStudio, IsToldANamedToolByOfferingNoOther) {
    Encoder encoder = preset_encoder("lmstudio");
    const Json body = sent(encoder, with_tools(ToolChoice::Mode::named));
    EXPECT_EQ(body["tool_choice"], "required");
    ASSERT_EQ(body["tools"].size(), 1u);
    EXPECT_EQ(body["tools"][0]["function"]["name"], "put");
    EXPECT_EQ(encoder.adapted.header_value(), "tool_choice=emulated");
}

TEST(LmStudio, GetsASchemaWhereAnyObjectIsAskedFor) {
    ChatRequest request = hello();
    request.response_format.kind = ResponseFormat::Kind::json_object;
    Encoder encoder = preset_encoder("lmstudio");
    EXPECT_EQ(sent(encoder, request)["response_format"], Json::parse(R"({"type":"json_schema","json_schema":
        {"name":"response","schema":{"type":"object"}}})"));
    EXPECT_EQ(encoder.adapted.header_value(), "response_format=emulated");
}

TEST(Tgi, TakesNoWholeNucleusAndNoReasoning) {
    ChatRequest request = hello();
    request.sampling.top_p = 1;
    request.sampling.logit_bias = R"({"1":1})";
    request.messages.push_back(
        {.role = Role::assistant, .parts = {ReasoningPart{.text = "Hm."}, TextPart{.text = "Hi"}}, .plain = true});
    request.messages.push_back(text_message(Role::user, "Go on"));
    const Json body = sent("tgi", request);
    EXPECT_EQ(body["top_p"], 0.99);
    EXPECT_FALSE(body.contains("logit_bias"));
    EXPECT_EQ(body["messages"][1], Json::parse(R"({"role":"assistant","content":"Hi"})"));
}

TEST(Generic, AssumesNothingOfTheServer) {
    Encoder encoder = preset_encoder("generic");
    EXPECT_EQ(encoder.provider.quirks, config::Quirks{});
    EXPECT_EQ(encoder.provider.capabilities, Capabilities{});
}

TEST(Perplexity, GetsEveryRoleInTurns) {
    const ChatRequest request = request_with({text_message(Role::system, "S"), text_message(Role::user, "A"),
                                              text_message(Role::user, "B"), text_message(Role::assistant, "C"),
                                              text_message(Role::assistant, "D"), text_message(Role::user, "E")});
    Encoder encoder = preset_encoder("perplexity");
    EXPECT_EQ(sent(encoder, request)["messages"], Json::parse(R"([{"role":"system","content":"S"},
        {"role":"user","content":"A\n\nB"},{"role":"assistant","content":"C\n\nD"},{"role":"user","content":"E"}])"));
    EXPECT_EQ(encoder.adapted.header_value(), "messages=mapped");
}

TEST(Turns, KeepCallsApartFromWhatFollowsThem) {
    const Message call{.role = Role::assistant, .parts = {ToolCallPart{.id = "c1", .name = "get", .arguments = "{}"}}};
    const ChatRequest request = request_with(
        {text_message(Role::user, "A"), call, text_message(Role::assistant, "B"), text_message(Role::user, "C")});
    Encoder encoder;
    encoder.quirks = config::Quirks{.turns = config::Turns::alternating};
    EXPECT_EQ(encoder.body(request)["messages"].size(), 4u);
    EXPECT_TRUE(encoder.adapted.empty());
}

TEST(Turns, JoinTextsAndKeepTheRest) {
    const Message picture{.role = Role::user,
                          .parts = {TextPart{.text = "See"}, ImagePart{.url = "https://e.example/a.png"}}};
    Encoder encoder;
    encoder.quirks = config::Quirks{.turns = config::Turns::alternating};
    const Json body = encoder.body(request_with({text_message(Role::user, "A"), picture, picture}));
    ASSERT_EQ(body["messages"].size(), 1u);
    EXPECT_EQ(body["messages"][0]["content"], Json::parse(R"([{"type":"text","text":"A\n\nSee"},
        {"type":"image_url","image_url":{"url":"https://e.example/a.png"}},{"type":"text","text":"See"},
        {"type":"image_url","image_url":{"url":"https://e.example/a.png"}}])"));
}

TEST(Mistral, GetsItsOwnWordsForSeedLimitAndForcedTools) {
    ChatRequest request = with_tools(ToolChoice::Mode::required);
    request.sampling.seed = 7;
    request.max_tokens = 5;
    request.stream = true;
    request.user = "u";
    request.store = true;
    request.sampling.temperature = 2;
    request.extensions = {{"prompt_mode", R"("reasoning")"}, {"safe_prompt", "true"}};
    Encoder encoder = preset_encoder("mistral");
    EXPECT_EQ(sent(encoder, request), Json::parse(R"({"model":"upstream-model",
        "messages":[{"role":"user","content":"Hello"}],"tools":[
        {"type":"function","function":{"name":"get","parameters":{"type":"object","properties":{}}}},
        {"type":"function","function":{"name":"put","parameters":{"type":"object","properties":{}}}}],
        "tool_choice":"any","max_tokens":5,"temperature":1.5,"random_seed":7,"stream":true,
        "prompt_mode":"reasoning","safe_prompt":true})"));
    EXPECT_EQ(encoder.adapted.header_value(), "store=dropped, user=dropped, temperature=clamped");
}

TEST(Mistral, SaysTheOtherToolChoicesAsEverybody) {
    EXPECT_EQ(sent("mistral", with_tools(ToolChoice::Mode::none))["tool_choice"], "none");
    EXPECT_EQ(sent("mistral", with_tools(ToolChoice::Mode::automatic))["tool_choice"], "auto");
    EXPECT_EQ(sent("mistral", with_tools(ToolChoice::Mode::named))["tool_choice"],
              Json::parse(R"({"type":"function","function":{"name":"put"}})"));
}

TEST(Mistral, GivesDifferentCallsDifferentShortIds) {
    std::vector<Message> messages{text_message(Role::user, "Go")};
    Message calls{.role = Role::assistant};
    for (int i = 0; i < 50; ++i) {
        calls.parts.emplace_back(ToolCallPart{.id = "call_" + std::to_string(i), .name = "get", .arguments = "{}"});
    }
    messages.push_back(calls);
    const Json body = sent("mistral", request_with(messages));
    std::set<std::string> ids;
    for (const Json& call : body["messages"][1]["tool_calls"]) {
        const std::string id = call["id"];
        EXPECT_THAT(id, testing::MatchesRegex("[A-Za-z0-9]+"));
        EXPECT_EQ(id.size(), 9u);
        ids.insert(id);
    }
    EXPECT_EQ(ids.size(), 50u);
}

}  // namespace
}  // namespace breakwater::test
