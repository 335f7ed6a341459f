#include <gtest/gtest.h>

#include "provider_answers.hpp"
#include "providers/cohere/module.hpp"

namespace breakwater {
namespace {

using test::json;
using test::ProviderRig;

ProviderRig rig() {
    return ProviderRig(cohere_module());
}

/// As a model that thinks.
ProviderRig thinking_rig() {
    ProviderRig made = rig();
    made.deployment.capabilities.set(Feature::reasoning, Support::native);
    made.deployment.facts.max_output = 32000;
    return made;
}

constexpr const char* kCity = R"({"type":"object","properties":{"city":{"type":"string"}},"required":["city"]})";

ChatRequest with_schema(std::string schema) {
    ChatRequest request = test::ask("q");
    request.response_format = {
        .kind = ResponseFormat::Kind::json_schema, .name = "answer", .schema = std::move(schema), .strict = true};
    return request;
}

TEST(CohereRequest, SaysWhatWasAskedInItsOwnWords) {
    ProviderRig tested = rig();
    ChatRequest request = test::ask("Hello");
    request.stream = true;
    request.max_tokens = 100;
    request.sampling = {
        .temperature = 0.5, .top_p = 0.9, .top_k = 40, .frequency_penalty = 0.1, .seed = 7, .stop = {"END"}};
    request.logprobs = true;
    const Result<HttpRequest> http = tested.encode(request);
    ASSERT_TRUE(http);
    EXPECT_EQ(http->method, "POST");
    EXPECT_EQ(http->target, "/v2/chat");
    EXPECT_EQ(http->headers.get("authorization"), "Bearer test-key-0001");
    EXPECT_EQ(http->headers.get("accept"), "text/event-stream");
    EXPECT_EQ(json::parse(http->body), json::parse(R"({
        "model":"m-1","stream":true,"messages":[{"role":"user","content":"Hello"}],"max_tokens":100,"temperature":0.5,
        "p":0.9,"k":40,"frequency_penalty":0.1,"seed":7,"logprobs":true,"stop_sequences":["END"]})"));
    EXPECT_TRUE(tested.adapted.empty());
}

TEST(CohereRequest, LetsConfiguredHeadersWin) {
    ProviderRig tested = rig();
    tested.settings.headers = {{"X-Client-Name", "team"}, {"Authorization", "Bearer other"}};
    const Result<HttpRequest> http = tested.encode(test::ask("q"));
    ASSERT_TRUE(http);
    EXPECT_EQ(http->headers.get("x-client-name"), "team");
    EXPECT_EQ(http->headers.count("authorization"), 1u);
    EXPECT_EQ(http->headers.get("authorization"), "Bearer other");
}

TEST(CohereRequest, PutsAllSystemTextFirst) {
    ProviderRig tested = rig();
    ChatRequest request;
    request.messages = {test::system_says("Be brief."), test::message(Role::developer, "Be kind."), test::user("Hi"),
                        test::system_says("Now shout.")};
    EXPECT_EQ(tested.body(request)["messages"], json::parse(R"([
        {"role":"system","content":"Be brief.\n\nBe kind.\n\nNow shout."},{"role":"user","content":"Hi"}])"));
    EXPECT_TRUE(tested.was("messages[3]", AdaptAction::mapped));
}

TEST(CohereRequest, WritesCallsWithTheirPlanAndResults) {
    ProviderRig tested = rig();
    ChatRequest request;
    request.messages = {test::user("Weather?"),
                        test::assistant_turn({ReasoningPart{.text = "I will look."}, TextPart{.text = "One moment."},
                                              test::call("a", "wx", R"({"city":"Oslo"})"), test::call("b", "now", "")}),
                        test::result("b", "12:00"), test::result("a", R"({"temp":3})")};
    request.tools = {test::function("wx", kCity), test::function("now")};
    EXPECT_EQ(tested.body(request)["messages"], json::parse(R"([
        {"role":"user","content":"Weather?"},
        {"role":"assistant","tool_plan":"I will look.\n\nOne moment.","tool_calls":[
            {"id":"a","type":"function","function":{"name":"wx","arguments":"{\"city\":\"Oslo\"}"}},
            {"id":"b","type":"function","function":{"name":"now","arguments":"{}"}}]},
        {"role":"tool","tool_call_id":"b","content":"12:00"},
        {"role":"tool","tool_call_id":"a","content":"{\"temp\":3}"}])"));
}

TEST(CohereRequest, SuppliesResultsThatAreMissingAndKeepsThoseWithoutACall) {
    ProviderRig tested = rig();
    ChatRequest request;
    request.messages = {test::user("q"), test::assistant_turn({test::call("a", "f", "not json")}),
                        test::result("z", "stray"), test::user("go on")};
    EXPECT_EQ(tested.body(request)["messages"], json::parse(R"([
        {"role":"user","content":"q"},
        {"role":"assistant","tool_calls":[
            {"id":"a","type":"function","function":{"name":"f","arguments":"{\"_raw\":\"not json\"}"}}]},
        {"role":"tool","tool_call_id":"a","content":"[no result]"},
        {"role":"user","content":"stray"},
        {"role":"user","content":"go on"}])"));
    EXPECT_TRUE(tested.was("messages[1].tool_calls", AdaptAction::emulated));
    EXPECT_TRUE(tested.was("messages[1].tool_calls[0]", AdaptAction::mapped));
    EXPECT_TRUE(tested.was("messages[2]", AdaptAction::emulated));
}

TEST(CohereRequest, WritesResultsOfSeveralPartsAsContentAndDocuments) {
    ChatRequest request;
    request.messages = {test::user("q"), test::assistant_turn({test::call("a", "f", "{}")}), test::result("a", "one")};
    request.messages.back().parts.push_back(
        FilePart{.filename = "n.txt", .media_type = "text/plain", .data = "SGVsbG8="});
    EXPECT_EQ(rig().body(request)["messages"][2]["content"], json::parse(R"([
        {"type":"text","text":"one"},{"type":"document","document":{"data":{"title":"n.txt","text":"Hello"}}}])"));
    request.messages.back().parts.push_back(ImagePart{.url = "https://a.example/x.png"});
    EXPECT_EQ(rig().refused(request), "messages[2].content[2]");
}

TEST(CohereRequest, AsksForMoreWhenTheAssistantSpokeLast) {
    ProviderRig tested = rig();
    ChatRequest request;
    request.messages = {test::user("Sing"), test::assistant("La")};
    EXPECT_EQ(tested.body(request)["messages"], json::parse(R"([
        {"role":"user","content":"Sing"},{"role":"assistant","content":[{"type":"text","text":"La"}]},
        {"role":"user","content":"Continue."}])"));
    EXPECT_TRUE(tested.was("messages[1]", AdaptAction::emulated));
    tested.deployment.capabilities.set(Feature::assistant_prefill, Support::native);
    EXPECT_EQ(tested.body(request)["messages"].size(), 2u);
}

TEST(CohereRequest, WritesImagesAndGivesTextFilesAsDocuments) {
    ProviderRig tested = rig();
    ChatRequest request = test::ask("Compare");
    request.messages[0].parts.push_back(ImagePart{.url = "https://a.example/x.png", .detail = "low"});
    request.messages[0].parts.push_back(ImagePart{.media_type = "image/png", .data = "AAAA", .detail = "original"});
    request.messages[0].parts.push_back(FilePart{.filename = "n.txt", .media_type = "text/plain", .data = "SGVsbG8="});
    request.extensions = {{"documents", R"([{"id":"d0","data":{"text":"sky"}}])"}};
    const json body = tested.body(request);
    EXPECT_EQ(body["messages"][0]["content"], json::parse(R"([
        {"type":"text","text":"Compare"},
        {"type":"image_url","image_url":{"url":"https://a.example/x.png","detail":"low"}},
        {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}},
        {"type":"text","text":"[n.txt]"}])"));
    EXPECT_EQ(body["documents"], json::parse(R"([
        {"id":"d0","data":{"text":"sky"}},{"id":"file-0","data":{"title":"n.txt","text":"Hello"}}])"));
    EXPECT_TRUE(tested.was("messages[0].content[2].detail", AdaptAction::dropped));
    EXPECT_TRUE(tested.was("messages[0].content[3]", AdaptAction::mapped));
}

TEST(CohereRequest, RefusesWhatItHasNoWordsFor) {
    const auto refused = [](ContentPart part) {
        ChatRequest request = test::ask("q");
        request.messages[0].parts.push_back(std::move(part));
        return rig().refused(request);
    };
    EXPECT_EQ(refused(AudioPart{.data = "AAAA", .format = "wav"}), "messages[0].content[1]");
    EXPECT_EQ(refused(FilePart{.media_type = "application/pdf", .data = "JVBERi0x"}), "messages[0].content[1]");
    EXPECT_EQ(refused(FilePart{.url = "https://a.example/x.txt"}), "messages[0].content[1]");
    EXPECT_EQ(refused(FilePart{.media_type = "text/plain", .data = "?"}), "messages[0].content[1]");
    ChatRequest request = test::ask("q");
    request.tools = {{.kind = Tool::Kind::hosted, .name = "web_search", .definition = R"({"type":"web_search"})"}};
    EXPECT_EQ(rig().refused(request), "tools[0]");
    request = test::ask("q");
    request.extensions = {{"documents", "7"}};
    EXPECT_EQ(rig().refused(request), "documents");
}

TEST(CohereRequest, PassesItsOwnMembersAndDropsOthers) {
    ProviderRig tested = rig();
    ChatRequest request = test::ask("q");
    request.extensions = {
        {"safety_mode", R"("STRICT")"}, {"citation_options", R"({"mode":"OFF"})"}, {"top_a", "1"}, {"documents", "[]"}};
    const json body = tested.body(request);
    EXPECT_EQ(body["safety_mode"], "STRICT");
    EXPECT_EQ(body["citation_options"], json::parse(R"({"mode":"OFF"})"));
    EXPECT_FALSE(body.contains("top_a"));
    EXPECT_FALSE(body.contains("documents"));
    EXPECT_TRUE(tested.was("top_a", AdaptAction::dropped));
    tested.mode = config::AdaptMode::strict;
    EXPECT_EQ(tested.refused(request), "top_a");
}

TEST(CohereRequest, WritesToolsAndHowTheyMayBeCalled) {
    ProviderRig tested = rig();
    ChatRequest request = test::ask("q");
    request.tools = {test::function("wx", kCity), test::function("old.name", "")};
    request.tools[0].description = "Weather";
    json body = tested.body(request);
    EXPECT_EQ(body["tools"],
              json::parse(
                  std::string(R"([{"type":"function","function":{"name":"wx","description":"Weather","parameters":)") +
                  kCity + R"(}},
        {"type":"function","function":{"name":"old_name","parameters":{"type":"object","properties":{}}}}])"));
    EXPECT_FALSE(body.contains("tool_choice"));
    EXPECT_TRUE(tested.was("tools[1].function.name", AdaptAction::mapped));
    request.parallel_tool_calls = true;
    static_cast<void>(tested.body(request));
    EXPECT_FALSE(tested.was("parallel_tool_calls", AdaptAction::dropped));
    request.parallel_tool_calls = false;
    request.tool_choice.mode = ToolChoice::Mode::required;
    EXPECT_EQ(tested.body(request)["tool_choice"], "REQUIRED");
    EXPECT_TRUE(tested.was("parallel_tool_calls", AdaptAction::dropped));
    request.tool_choice.mode = ToolChoice::Mode::none;
    EXPECT_EQ(tested.body(request)["tool_choice"], "NONE");
    EXPECT_EQ(tested.body(request)["tools"].size(), 2u);
    request.tool_choice = {.mode = ToolChoice::Mode::named, .name = "old.name"};
    body = tested.body(request);
    EXPECT_EQ(body["tool_choice"], "REQUIRED");
    ASSERT_EQ(body["tools"].size(), 1u);
    EXPECT_EQ(body["tools"][0]["function"]["name"], "old_name");
    request.tool_choice = {.mode = ToolChoice::Mode::automatic, .allowed = {"wx"}};
    EXPECT_EQ(tested.body(request)["tools"].size(), 1u);
}

TEST(CohereRequest, AsksInWordsWhereAModelCannotBeMadeToCall) {
    ProviderRig tested = rig();
    tested.deployment.capabilities.set(Feature::tool_choice_named, Support::emulated);
    ChatRequest request = test::ask("q");
    request.tools = {test::function("wx", kCity), test::function("now")};
    request.tool_choice = {.mode = ToolChoice::Mode::named, .name = "wx"};
    const json body = tested.body(request);
    EXPECT_FALSE(body.contains("tool_choice"));
    EXPECT_EQ(body["tools"].size(), 2u);
    EXPECT_EQ(body["messages"][0]["role"], "system");
    EXPECT_NE(body["messages"][0]["content"].get<std::string>().find("call the tool wx"), std::string::npos);
    EXPECT_TRUE(tested.was("tool_choice", AdaptAction::emulated));
}

TEST(CohereRequest, IsStrictOnlyWhenEveryToolRequiresSomething) {
    ProviderRig tested = rig();
    ChatRequest request = test::ask("q");
    request.tools = {test::function("wx", kCity)};
    request.tools[0].strict = true;
    EXPECT_EQ(tested.body(request)["strict_tools"], true);
    request.tools.push_back(test::function("now"));
    EXPECT_FALSE(tested.body(request).contains("strict_tools"));
    EXPECT_TRUE(tested.was("tools[0].function.strict", AdaptAction::dropped));
}

TEST(CohereRequest, HoldsTheModelToASchemaInItsSubset) {
    ProviderRig tested = rig();
    const json body = tested.body(with_schema(
        R"({"type":"object","properties":{"age":{"type":["integer","null"],"minimum":0}},"required":["age"],"additionalProperties":false})"));
    EXPECT_EQ(body["response_format"]["type"], "json_object");
    const json schema = body["response_format"]["json_schema"];
    EXPECT_EQ(schema["required"], json::parse(R"(["age"])"));
    EXPECT_EQ(schema["additionalProperties"], false);
    EXPECT_FALSE(schema["properties"]["age"].contains("minimum"));
    EXPECT_NE(schema["properties"]["age"].dump().find("minimum"), std::string::npos) << "told in the description";
    EXPECT_TRUE(tested.was("response_format", AdaptAction::mapped));
    ChatRequest request = test::ask("q");
    request.response_format.kind = ResponseFormat::Kind::json_object;
    EXPECT_EQ(tested.body(request)["response_format"], json::parse(R"({"type":"json_object"})"));
}

TEST(CohereRequest, TellsTheModelOfASchemaThatItsApiDoesNotTake) {
    const auto told = [](const ChatRequest& request, ProviderRig tested = rig()) {
        const json body = tested.body(request);
        return !body.contains("response_format") && tested.was("response_format", AdaptAction::emulated) &&
               body["messages"][0]["role"] == "system" &&
               body["messages"][0]["content"].get<std::string>().find(request.response_format.schema) !=
                   std::string::npos;
    };
    EXPECT_TRUE(told(with_schema(R"({"type":"array","items":{"type":"string"}})"))) << "no object";
    EXPECT_TRUE(told(with_schema(R"({"type":"object","properties":{"a":{"type":"string"}}})"))) << "nothing required";
    EXPECT_TRUE(told(with_schema(
        R"({"type":"object","properties":{"a":{"type":"array","items":{"type":"object","properties":{}}}},"required":["a"]})")))
        << "nothing required within";
    ChatRequest request = with_schema(kCity);
    EXPECT_FALSE(told(request));
    request.tools = {test::function("f")};
    EXPECT_TRUE(told(request)) << "with tools";
    request.tools.clear();
    request.extensions = {{"documents", R"([{"data":{"text":"x"}}])"}};
    EXPECT_TRUE(told(request)) << "with documents";
}

TEST(CohereRequest, TakesTheFenceOffAnAnswerThatWasAskedForInWords) {
    const ChatRequest request = with_schema(R"({"type":"array"})");
    const test::Decoded decoded = test::decode(
        rig(),
        {.body =
             R"({"id":"x","message":{"content":[{"type":"text","text":"```json\n[1]\n```"}]},"finish_reason":"COMPLETE"})"},
        {}, request);
    EXPECT_EQ(decoded.choice().text, "[1]");
}

TEST(CohereRequest, GivesToolsTheirOwnNamesBack) {
    ChatRequest request = test::ask("q");
    request.tools = {test::function("old.name")};
    const test::Decoded decoded = test::decode(
        rig(),
        {.body =
             R"({"message":{"tool_calls":[{"id":"a","function":{"name":"old_name","arguments":"{}"}}]},"finish_reason":"TOOL_CALL"})"},
        {}, request);
    ASSERT_EQ(decoded.choice().tool_calls.size(), 1u);
    EXPECT_EQ(decoded.choice().tool_calls[0].name, "old.name");
}

json thinking(Reasoning reasoning, std::optional<std::int64_t> max_tokens = std::nullopt,
              ProviderRig tested = thinking_rig()) {
    ChatRequest request = test::ask("q");
    request.reasoning = std::move(reasoning);
    request.max_tokens = max_tokens;
    return tested.body(request).value("thinking", json());
}

TEST(CohereThinking, SaysEffortsAsBudgets) {
    EXPECT_EQ(thinking({}), json());
    EXPECT_EQ(thinking({.effort = ReasoningEffort::none}), json::parse(R"({"type":"disabled"})"));
    EXPECT_EQ(thinking({.effort = ReasoningEffort::low}), json::parse(R"({"type":"enabled","token_budget":1024})"));
    EXPECT_EQ(thinking({.effort = ReasoningEffort::high}), json::parse(R"({"type":"enabled","token_budget":16384})"));
    EXPECT_EQ(thinking({.effort = ReasoningEffort::max}), json::parse(R"({"type":"enabled","token_budget":31000})"))
        << "the answer needs room within the model's limit";
    EXPECT_EQ(thinking({.budget_tokens = 700}), json::parse(R"({"type":"enabled","token_budget":700})"));
    EXPECT_EQ(thinking({.effort = ReasoningEffort::medium}, 1000),
              json::parse(R"({"type":"enabled","token_budget":750})"));
    EXPECT_EQ(thinking({.effort = ReasoningEffort::medium}, 1), json::parse(R"({"type":"enabled","token_budget":1})"));
}

TEST(CohereThinking, TakesItsOwnObjectAndThatOfOthers) {
    EXPECT_EQ(thinking({.native = R"({"type":"enabled"})"}), json::parse(R"({"type":"enabled"})"));
    EXPECT_EQ(thinking({.native = R"({"type":"enabled","budget_tokens":2000})"}),
              json::parse(R"({"type":"enabled","token_budget":2000})"));
    EXPECT_EQ(thinking({.native = R"({"type":"disabled"})"}), json::parse(R"({"type":"disabled"})"));
}

TEST(CohereThinking, SaysNothingToAModelOfWhichNothingIsKnown) {
    EXPECT_EQ(thinking({.effort = ReasoningEffort::none}, std::nullopt, rig()), json());
}

TEST(CohereThinking, SendsThoughtsBackToModelsThatThink) {
    ChatRequest request;
    request.messages = {test::user("q"), test::assistant_turn({ReasoningPart{.text = "Hm."}, TextPart{.text = "A"}}),
                        test::user("r")};
    EXPECT_EQ(thinking_rig().body(request)["messages"][1]["content"],
              json::parse(R"([{"type":"thinking","thinking":"Hm."},{"type":"text","text":"A"}])"));
    ProviderRig other = rig();
    EXPECT_EQ(other.body(request)["messages"][1]["content"], json::parse(R"([{"type":"text","text":"A"}])"));
    EXPECT_TRUE(other.was("messages[1].reasoning_content", AdaptAction::dropped));
}

}  // namespace
}  // namespace breakwater
