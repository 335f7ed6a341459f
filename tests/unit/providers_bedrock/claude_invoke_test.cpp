#include <algorithm>

#include "support.hpp"

namespace breakwater::testing_bedrock {
namespace {

constexpr std::string_view kInvoke = "/model/anthropic.claude-sonnet-4-5-20250929-v1%3A0/invoke";
constexpr std::string_view kStream = "/model/anthropic.claude-sonnet-4-5-20250929-v1%3A0/invoke-with-response-stream";

/// As the gateway makes a deployment with `api: invoke`.
struct InvokeRig : Rig {
    InvokeRig() { pin(); }
    explicit InvokeRig(std::string model) : Rig(std::move(model)) { pin(); }

private:
    void pin() {
        deployment.facts.api = "invoke";
        deployment.capabilities.overlay(bedrock_module().limits({.facts = {.api = "invoke"}}));
    }
};

Tool hosted(std::string type) {
    return {.kind = Tool::Kind::hosted, .name = type, .definition = R"({"type":")" + type + R"(","name":"it"})"};
}

TEST(BedrockClaudeInvoke, AsksInAnthropicsWordsWithoutModelAndStream) {
    InvokeRig rig;
    ChatRequest request = ask_limited("Hi");
    request.sampling.stop = {"END"};
    const Result<HttpRequest> whole = rig.encode(request);
    ASSERT_TRUE(whole);
    EXPECT_EQ(whole->target, kInvoke);
    EXPECT_EQ(whole->headers.get("accept"), "application/json");
    EXPECT_TRUE(whole->headers.get("authorization").starts_with("AWS4-HMAC-SHA256 "));
    EXPECT_FALSE(whole->headers.find("anthropic-version"));
    EXPECT_EQ(json::parse(whole->body),
              (json{{"anthropic_version", "bedrock-2023-05-31"},
                    {"max_tokens", *request.max_tokens},
                    {"messages", {{{"role", "user"}, {"content", {{{"type", "text"}, {"text", "Hi"}}}}}}},
                    {"stop_sequences", {"END"}}}));

    request.stream = true;
    const Result<HttpRequest> streamed = rig.encode(request);
    ASSERT_TRUE(streamed);
    EXPECT_EQ(streamed->target, kStream);
    EXPECT_EQ(streamed->headers.get("accept"), "application/vnd.amazon.eventstream");
    EXPECT_EQ(streamed->body, whole->body);
}

TEST(BedrockClaudeInvoke, HasBetasInTheBody) {
    ChatRequest request = ask_limited("Hi");
    request.extensions = {{"anthropic_beta", R"(["computer-use-2025-01-24","computer-use-2025-01-24"])"}};
    InvokeRig rig;
    const Result<HttpRequest> http = rig.encode(request);
    ASSERT_TRUE(http);
    EXPECT_EQ(json::parse(http->body)["anthropic_beta"], json{"computer-use-2025-01-24"});
    EXPECT_FALSE(http->headers.find("anthropic-beta"));
}

TEST(BedrockClaudeInvoke, IsChosenByWhatConverseCannotCarry) {
    Rig rig;
    ChatRequest plain = ask_limited("Hi");
    EXPECT_TRUE(rig.encode(plain)->target.ends_with("/converse"));

    ChatRequest tools = plain;
    for (const char* type : {"bash_20250124", "computer_20250124", "text_editor_20250728", "memory_20250818",
                             "tool_search_tool_regex_20251119"}) {
        tools.tools = {function("wx"), hosted(type)};
        const Result<HttpRequest> http = rig.encode(tools);
        ASSERT_TRUE(http) << type;
        EXPECT_EQ(http->target, kInvoke);
        EXPECT_EQ(json::parse(http->body)["tools"][1], (json{{"type", type}, {"name", "it"}}));
    }

    ChatRequest context = plain;
    context.dialect = ClientDialect::anthropic_messages;
    context.extensions = {{"context_management", R"({"edits":[]})"}};
    const json body = rig.body(context);
    EXPECT_EQ(body["context_management"], (json{{"edits", json::array()}}));
    EXPECT_EQ(body["anthropic_beta"], json{"context-management-2025-06-27"});
    context.extensions.emplace_back("speed", R"("fast")");
    EXPECT_FALSE(rig.body(context).contains("speed")) << "the service refuses what it does not know";
    context.extensions.emplace_back("guardrailConfig", R"({"guardrailIdentifier":"g","guardrailVersion":"1"})");
    const Result<HttpRequest> guarded = rig.encode(context);
    EXPECT_TRUE(!guarded || guarded->target != kInvoke) << "only Converse guards";

    const Answer answer{.body =
                            R"({"type":"message","content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn"})"};
    EXPECT_EQ(decode(answer, {}, tools, rig).choice().text, "Hi") << "the decoder chooses as the encoder does";
}

TEST(BedrockClaudeInvoke, CarriesToolsThatAreSearchedFor) {
    ChatRequest request = ask_limited("Hi");
    request.tools = {function("near"), function("far"), hosted("tool_search_tool_regex_20251119")};
    request.tools[1].defer_loading = true;
    Rig rig;
    const json body = rig.body(request);
    EXPECT_FALSE(body["tools"][0].contains("defer_loading"));
    EXPECT_EQ(body["tools"][1]["name"], "far");
    EXPECT_EQ(body["tools"][1]["defer_loading"], true);
    EXPECT_EQ(body["anthropic_beta"], json{"tool-search-tool-2025-10-19"});
    EXPECT_TRUE(rig.adapted.empty()) << rig.adapted.header_value();

    request.extensions = {{"anthropic_beta", R"(["tool-search-tool-2025-10-19"])"}};
    EXPECT_EQ(rig.body(request)["anthropic_beta"], json{"tool-search-tool-2025-10-19"});
}

TEST(BedrockClaudeInvoke, IsChosenByAToolThatIsDeferred) {
    ChatRequest request = ask_limited("Hi");
    request.tools = {function("near"), function("far")};
    request.tools[1].defer_loading = true;
    Rig rig;
    EXPECT_EQ(rig.encode(request)->target, kInvoke);
    // Who is guarded keeps the guard, and sees every tool at once.
    request.extensions = {{"guardrailConfig", R"({"guardrailIdentifier":"g","guardrailVersion":"1"})"}};
    EXPECT_TRUE(rig.encode(request)->target.ends_with("/converse"));
    EXPECT_EQ(rig.adapted.header_value(), "tools[1].defer_loading=dropped");
}

TEST(BedrockClaudeInvoke, HasNoScopesOfCaches) {
    const auto hint = [](std::string_view members) {
        return R"({"type":"ephemeral",)" + std::string(members) + R"("scope":"global"})";
    };
    ChatRequest request = ask_limited("Hi");
    request.messages.insert(
        request.messages.begin(),
        {.role = Role::system, .parts = {TextPart{.text = "Be brief.", .cache_control = hint(R"("ttl":"1h",)")}}});
    std::get<TextPart>(request.messages[1].parts[0]).cache_control = hint("");
    request.tools = {function("f"), hosted("bash_20250124")};
    request.tools[0].cache_control = hint(R"("ttl":"5m",)");
    request.tools[1].definition = R"({"type":"bash_20250124","name":"bash","cache_control":)" + hint("") + "}";
    request.extensions = {{"anthropic_beta", R"(["prompt-caching-scope-2026-01-05","other-2026-01-01"])"}};
    InvokeRig rig;
    const json body = rig.body(request);
    EXPECT_EQ(body["system"][0]["cache_control"], json::parse(R"({"type":"ephemeral","ttl":"1h"})"));
    EXPECT_EQ(body["messages"][0]["content"][0]["cache_control"], json::parse(R"({"type":"ephemeral"})"));
    EXPECT_EQ(body["tools"][0]["cache_control"], json::parse(R"({"type":"ephemeral","ttl":"5m"})"));
    EXPECT_EQ(body["tools"][1],
              json::parse(R"({"type":"bash_20250124","name":"bash","cache_control":{"type":"ephemeral"}})"));
    EXPECT_EQ(body["anthropic_beta"], json{"other-2026-01-01"});
    EXPECT_EQ(rig.adapted.header_value(), "cache_control.scope=dropped, anthropic_beta=dropped");
    rig.mode = config::AdaptMode::strict;
    EXPECT_TRUE(rig.encode(request));
}

TEST(BedrockClaudeInvoke, KeepsHintsThatHaveNoScopeAsTheyAre) {
    ChatRequest request = ask_limited("Hi");
    std::get<TextPart>(request.messages[0].parts[0]).cache_control = R"({"type":"ephemeral","ttl":"1h"})";
    InvokeRig rig;
    EXPECT_EQ(rig.body(request)["messages"][0]["content"][0]["cache_control"],
              json::parse(R"({"type":"ephemeral","ttl":"1h"})"));
    EXPECT_TRUE(rig.adapted.empty());
}

TEST(BedrockClaudeInvoke, IsNotForToolsOfServersNorForOtherModels) {
    ChatRequest search = ask_limited("Hi");
    search.tools = {hosted("web_search_20250305")};
    EXPECT_EQ(Rig().refused(search), "tools[0]");
    ChatRequest bash = ask_limited("Hi");
    bash.tools = {hosted("bash_20250124")};
    EXPECT_EQ(Rig("us.amazon.nova-lite-v1:0").refused(bash), "tools[0]");
    Rig pinned;
    pinned.deployment.facts.api = "converse";
    EXPECT_EQ(pinned.refused(bash), "tools[0]");
}

TEST(BedrockClaudeInvoke, ServesProfilesWhoseFamilyNobodyCanTell) {
    const std::string profile = "arn:aws:bedrock:us-east-1:1:application-inference-profile/abc";
    EXPECT_TRUE(InvokeRig(profile).encode(ask_limited("Hi"))->target.ends_with("abc/invoke"));
    EXPECT_TRUE(Rig(profile).encode(ask_limited("Hi"))->target.ends_with("abc/converse"));
}

TEST(BedrockClaudeInvoke, EmulatesSchemasAlsoWhereTheRequestChoseTheApi) {
    ChatRequest request = ask_limited("Hi");
    request.tools = {hosted("bash_20250124")};
    request.response_format = {.kind = ResponseFormat::Kind::json_schema,
                               .name = "n",
                               .schema = R"({"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]})"};
    Rig rig;
    rig.deployment.capabilities.set(Feature::json_schema, Support::native);
    const json body = rig.body(request);
    EXPECT_FALSE(body.contains("output_config")) << body;
    EXPECT_TRUE(was_adapted(rig.adapted, "response_format", AdaptAction::emulated));
    const Answer answer{
        .body =
            R"({"type":"message","content":[{"type":"text","text":"```json\n{\"n\":1}\n```"}],"stop_reason":"end_turn"})"};
    EXPECT_EQ(json::parse(decode(answer, {}, request, rig).choice().text), (json{{"n", 1}}));
}

TEST(BedrockClaudeInvoke, TellsWhoAsks) {
    ChatRequest request = ask_limited("Hi");
    request.user = "u-1";
    EXPECT_EQ(InvokeRig().body(request)["metadata"], (json{{"user_id", "u-1"}}));
    EXPECT_EQ(bedrock_module().limits({.facts = {.api = "invoke"}}).rule(Parameter::user).support, Support::native);
}

TEST(BedrockClaudeInvoke, SaysNothingOfParallelCallsToOldModels) {
    ChatRequest request = ask_limited("Hi");
    request.tools = {function("wx")};
    request.parallel_tool_calls = false;
    InvokeRig old("anthropic.claude-3-5-sonnet-20241022-v2:0");
    EXPECT_EQ(old.body(request)["tool_choice"], (json{{"type", "auto"}}));
    EXPECT_TRUE(was_adapted(old.adapted, "parallel_tool_calls", AdaptAction::dropped));
    EXPECT_EQ(InvokeRig().body(request)["tool_choice"], (json{{"type", "auto"}, {"disable_parallel_tool_use", true}}));
}

TEST(BedrockClaudeInvoke, ClassifiesTheModelsOwnErrors) {
    InvokeRig rig;
    const Answer answer{.body = R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})"};
    const Decoded decoded = decode(answer, {}, ask_limited("?"), rig);
    ASSERT_TRUE(decoded.error);
    EXPECT_EQ(decoded.error->kind, ErrorKind::overloaded);
}

}  // namespace
}  // namespace breakwater::testing_bedrock
