#include <gtest/gtest.h>

#include "provider_answers.hpp"
#include "providers/ollama/module.hpp"

namespace breakwater {
namespace {

using test::json;
using test::ProviderRig;

ProviderRig rig() {
    return ProviderRig(ollama_module());
}

constexpr const char* kCity = R"({"type":"object","properties":{"city":{"type":"string"}},"required":["city"]})";

TEST(OllamaRequest, SaysWhatWasAskedInItsOwnWords) {
    ProviderRig tested = rig();
    tested.deployment.facts.context = 16000;
    ChatRequest request = test::ask("Hello");
    request.stream = true;
    request.max_tokens = 100;
    request.sampling = {.temperature = 0.5,
                        .top_p = 0.9,
                        .top_k = 40,
                        .frequency_penalty = 0.1,
                        .presence_penalty = 0.2,
                        .seed = 7,
                        .stop = {"END"}};
    request.logprobs = true;
    request.top_logprobs = 2;
    const Result<HttpRequest> http = tested.encode(request);
    ASSERT_TRUE(http);
    EXPECT_EQ(http->method, "POST");
    EXPECT_EQ(http->target, "/api/chat");
    EXPECT_EQ(http->headers.get("authorization"), "Bearer test-key-0001");
    EXPECT_EQ(json::parse(http->body), json::parse(R"({
        "model":"m-1","stream":true,"messages":[{"role":"user","content":"Hello"}],
        "options":{"num_ctx":16000,"num_predict":100,"temperature":0.5,"top_p":0.9,"top_k":40,"frequency_penalty":0.1,
                   "presence_penalty":0.2,"seed":7,"stop":["END"]},
        "logprobs":true,"top_logprobs":2,"truncate":false,"shift":false})"));
    EXPECT_TRUE(tested.adapted.empty());
}

TEST(OllamaRequest, NeedsNoKeyAndAlwaysSaysWhetherItStreams) {
    ProviderRig tested = rig();
    tested.key = Secret();
    const Result<HttpRequest> http = tested.encode(test::ask("q"));
    ASSERT_TRUE(http);
    EXPECT_FALSE(http->headers.find("authorization"));
    EXPECT_EQ(json::parse(http->body)["stream"], false);
    EXPECT_FALSE(ollama_module().needs_key);
}

TEST(OllamaRequest, WritesCallsAndResults) {
    ChatRequest request;
    request.messages = {test::message(Role::developer, "Be brief."),
                        test::user("Weather?"),
                        test::assistant_turn({ReasoningPart{.text = "I will look."}, TextPart{.text = "One moment."},
                                              test::call("a", "wx", R"({"city":"Oslo"})"), test::call("b", "now", "")}),
                        test::result("b", "12:00"),
                        test::result("a", R"({"temp":3})"),
                        test::result("z", "stray")};
    request.tools = {test::function("wx", kCity), test::function("now")};
    request.tools[0].description = "Weather";
    const json body = rig().body(request);
    EXPECT_EQ(body["messages"], json::parse(R"([
        {"role":"system","content":"Be brief."},
        {"role":"user","content":"Weather?"},
        {"role":"assistant","content":"One moment.","thinking":"I will look.","tool_calls":[
            {"id":"a","function":{"name":"wx","arguments":{"city":"Oslo"}}},
            {"id":"b","function":{"name":"now","arguments":{}}}]},
        {"role":"tool","content":"12:00","tool_name":"now","tool_call_id":"b"},
        {"role":"tool","content":"{\"temp\":3}","tool_name":"wx","tool_call_id":"a"},
        {"role":"tool","content":"stray","tool_call_id":"z"}])"));
    EXPECT_EQ(body["tools"], json::parse(std::string(R"([
        {"type":"function","function":{"name":"wx","description":"Weather","parameters":)") +
                                         kCity + R"(}},
        {"type":"function","function":{"name":"now","parameters":{"type":"object","properties":{}}}}])"));
}

TEST(OllamaRequest, WrapsArgumentsThatAreNoObject) {
    ProviderRig tested = rig();
    ChatRequest request;
    request.messages = {test::user("q"), test::assistant_turn({test::call("a", "f", "[1]")}), test::result("a", "r")};
    EXPECT_EQ(tested.body(request)["messages"][1]["tool_calls"][0]["function"]["arguments"],
              json::parse(R"({"_raw":"[1]"})"));
    EXPECT_TRUE(tested.was("messages[1].tool_calls[0]", AdaptAction::mapped));
}

TEST(OllamaRequest, JoinsPartsAndSendsImagesInline) {
    ProviderRig tested = rig();
    ChatRequest request = test::ask("Compare");
    request.messages[0].parts.push_back(ImagePart{.media_type = "image/png", .data = "AAAA", .detail = "high"});
    request.messages[0].parts.push_back(TextPart{.text = "these"});
    request.messages[0].parts.push_back(FilePart{.filename = "n.txt", .media_type = "text/plain", .data = "SGVsbG8="});
    EXPECT_EQ(tested.body(request)["messages"], json::parse(R"([
        {"role":"user","content":"Compare\nthese\nn.txt\nHello","images":["AAAA"]}])"));
    EXPECT_TRUE(tested.was("messages[0].content[1].detail", AdaptAction::dropped));
}

TEST(OllamaRequest, RefusesWhatItHasNoWordsFor) {
    const auto refused = [](ContentPart part) {
        ChatRequest request = test::ask("q");
        request.messages[0].parts.push_back(std::move(part));
        return rig().refused(request);
    };
    EXPECT_EQ(refused(ImagePart{.url = "https://a.example/x.png"}), "messages[0].content[1]");
    EXPECT_EQ(refused(AudioPart{.data = "AAAA", .format = "wav"}), "messages[0].content[1]");
    EXPECT_EQ(refused(FilePart{.media_type = "application/pdf", .data = "JVBERi0x"}), "messages[0].content[1]");
    EXPECT_EQ(refused(FilePart{.media_type = "text/plain", .data = "?"}), "messages[0].content[1]");
    ChatRequest request = test::ask("q");
    request.extensions = {{"options", "7"}};
    EXPECT_EQ(rig().refused(request), "options");
}

TEST(OllamaRequest, EmulatesToolChoice) {
    ProviderRig tested = rig();
    ChatRequest request;
    request.messages = {test::system_says("Be brief."), test::user("q")};
    request.tools = {test::function("wx", kCity), test::function("now")};
    request.tool_choice.mode = ToolChoice::Mode::none;
    EXPECT_FALSE(tested.body(request).contains("tools"));
    request.tool_choice.mode = ToolChoice::Mode::automatic;
    EXPECT_EQ(tested.body(request)["tools"].size(), 2u);
    EXPECT_TRUE(tested.adapted.empty());
    request.tool_choice.mode = ToolChoice::Mode::required;
    json body = tested.body(request);
    EXPECT_EQ(body["tools"].size(), 2u);
    EXPECT_EQ(body["messages"][0]["content"],
              "Be brief.\n\nYou must call at least one of the tools in your next answer.");
    EXPECT_TRUE(tested.was("tool_choice", AdaptAction::emulated));
    request.messages.erase(request.messages.begin());
    request.tool_choice = {.mode = ToolChoice::Mode::named, .name = "now"};
    body = tested.body(request);
    ASSERT_EQ(body["tools"].size(), 1u);
    EXPECT_EQ(body["tools"][0]["function"]["name"], "now");
    EXPECT_EQ(body["messages"][0],
              json::parse(R"({"role":"system","content":"You must call the tool now in your next answer."})"));
}

ChatRequest with_schema() {
    ChatRequest request = test::ask("q");
    request.response_format = {.kind = ResponseFormat::Kind::json_schema, .name = "answer", .schema = kCity};
    return request;
}

TEST(OllamaRequest, HoldsTheModelToAFormat) {
    EXPECT_EQ(rig().body(with_schema())["format"], json::parse(kCity));
    ChatRequest request = test::ask("q");
    request.response_format.kind = ResponseFormat::Kind::json_object;
    EXPECT_EQ(rig().body(request)["format"], "json");
}

TEST(OllamaRequest, AsksForAFormatInWordsBesideTools) {
    ProviderRig tested = rig();
    ChatRequest request = with_schema();
    request.tools = {test::function("now")};
    const json body = tested.body(request);
    EXPECT_FALSE(body.contains("format"));
    EXPECT_NE(body["messages"][0]["content"].get<std::string>().find(kCity), std::string::npos);
    EXPECT_TRUE(tested.was("response_format", AdaptAction::emulated));
    const test::Decoded decoded = test::decode(
        tested,
        {.body = R"({"message":{"content":"```json\n{\"city\":\"Oslo\"}\n```"},"done":true,"done_reason":"stop"})"}, {},
        request);
    EXPECT_EQ(decoded.choice().text, R"({"city":"Oslo"})");
}

json think(Reasoning reasoning) {
    ChatRequest request = test::ask("q");
    request.reasoning = std::move(reasoning);
    return rig().body(request).value("think", json());
}

TEST(OllamaRequest, SaysHowHardToThink) {
    EXPECT_EQ(think({}), json());
    EXPECT_EQ(think({.effort = ReasoningEffort::none}), false);
    EXPECT_EQ(think({.effort = ReasoningEffort::minimal}), "low");
    EXPECT_EQ(think({.effort = ReasoningEffort::medium}), "medium");
    EXPECT_EQ(think({.effort = ReasoningEffort::xhigh}), "max");
    EXPECT_EQ(think({.budget_tokens = 1000}), true);
    EXPECT_EQ(think({.native = R"({"type":"disabled"})"}), false);
    EXPECT_EQ(think({.native = R"({"type":"enabled","budget_tokens":1024})"}), true);
}

TEST(OllamaRequest, PassesItsOwnMembersAndOptions) {
    ProviderRig tested = rig();
    tested.deployment.facts.context = 16000;
    ChatRequest request = test::ask("q");
    request.max_tokens = 5;
    request.extensions = {{"options", R"({"num_ctx":4096,"mirostat":1})"},
                          {"keep_alive", R"("5m")"},
                          {"truncate", "true"},
                          {"min_p", "0.1"},
                          {"think", "true"},
                          {"top_a", "1"},
                          {"repeat_penalty", "null"}};
    const json body = tested.body(request);
    EXPECT_EQ(body["options"], json::parse(R"({"num_predict":5,"min_p":0.1,"num_ctx":4096,"mirostat":1})"));
    EXPECT_EQ(body["keep_alive"], "5m");
    EXPECT_EQ(body["truncate"], true);
    EXPECT_EQ(body["shift"], false);
    EXPECT_EQ(body["think"], true);
    EXPECT_FALSE(body.contains("top_a"));
    EXPECT_TRUE(tested.was("top_a", AdaptAction::dropped));
}

}  // namespace
}  // namespace breakwater
