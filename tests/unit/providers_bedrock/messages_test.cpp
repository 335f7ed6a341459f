#include "support.hpp"

namespace breakwater::testing_bedrock {
namespace {

json text_block(const std::string& text) {
    return {{"text", text}};
}
json turn(const char* role, const std::vector<json>& content) {
    return {{"role", role}, {"content", content}};
}

ChatRequest tool_loop(std::vector<Message> after = {}) {
    ChatRequest request{
        .messages = {user("Weather?"), assistant_turn({call("c1", "wx", R"({"city":"Oslo"})")}), result("c1", "4C")},
        .tools = {function("wx")}};
    for (Message& message : after) request.messages.push_back(std::move(message));
    return request;
}

TEST(BedrockMessages, HaveTheFormOfConverse) {
    Rig rig;
    ChatRequest request{.messages = {system_says("Be terse."), user("Weather in Oslo and Rome?"),
                                     assistant_turn({TextPart{.text = "Checking."},
                                                     call("c1", "wx", R"({"city":"Oslo"})"), call("c2", "wx", "")}),
                                     result("c2", "timeout"), result("c1", "4C"), user("Answer in German.")},
                        .tools = {function("wx")}};
    request.messages[3].tool_error = true;

    const json body = rig.body(request);

    EXPECT_EQ(body["system"], json::array({text_block("Be terse.")}));
    EXPECT_EQ(
        body["messages"],
        json::array(
            {turn("user", {text_block("Weather in Oslo and Rome?")}),
             turn("assistant", {text_block("Checking."),
                                {{"toolUse", {{"toolUseId", "c1"}, {"name", "wx"}, {"input", {{"city", "Oslo"}}}}}},
                                {{"toolUse", {{"toolUseId", "c2"}, {"name", "wx"}, {"input", json::object()}}}}}),
             turn("user",
                  {{{"toolResult", {{"toolUseId", "c2"}, {"content", {text_block("timeout")}}, {"status", "error"}}}},
                   {{"toolResult", {{"toolUseId", "c1"}, {"content", {text_block("4C")}}, {"status", "success"}}}},
                   text_block("Answer in German.")})}));
}

TEST(BedrockMessages, CarrySealedReasoningThroughToolTurns) {
    Rig rig;
    ChatRequest request{
        .messages = {user("Weather?"),
                     assistant_turn({ReasoningPart{.text = "Hm.", .signature = "c2ln"},
                                     ReasoningPart{.redacted = "EtkE"}, ReasoningPart{.redacted = "base64:AP8="},
                                     ReasoningPart{.text = "unsealed"}, call("c1", "wx", "{}")}),
                     result("c1", "4C")},
        .tools = {function("wx")}};
    const json content = rig.body(request)["messages"][1]["content"];
    ASSERT_EQ(content.size(), 4u);
    EXPECT_EQ(content[0], (json{{"reasoningContent", {{"reasoningText", {{"text", "Hm."}, {"signature", "c2ln"}}}}}}));
    EXPECT_EQ(content[1], (json{{"reasoningContent", {{"redactedContent", "RXRrRQ=="}}}}));
    EXPECT_EQ(content[2], (json{{"reasoningContent", {{"redactedContent", "AP8="}}}}));

    // Other families refuse what is not their own, and theirs has no seal.
    rig.deployment.model = "openai.gpt-oss-120b-1:0";
    EXPECT_EQ(rig.body(request)["messages"][1]["content"].size(), 1u);
}

TEST(BedrockMessages, ReadBackWhatTheyWrote) {
    const std::string body = read_text(std::filesystem::path(BREAKWATER_FIXTURES) /
                                       "providers/bedrock/stream_reasoning/response.eventstream");
    const Decoded decoded = decode({.content_type = "application/vnd.amazon.eventstream", .body = body});
    Message message{.role = Role::assistant};
    for (const ReasoningPart& part : decoded.choice().reasoning_blocks) message.parts.push_back(part);
    for (const ToolCallPart& part : decoded.choice().tool_calls) message.parts.push_back(part);
    ChatRequest request{.messages = {user("?"), message, result("tooluse_x", "4C")}, .tools = {function("wx")}};
    const json content = Rig().body(request)["messages"][1]["content"];
    EXPECT_EQ(content[0]["reasoningContent"]["reasoningText"]["signature"], "Eq4Bxx==");
    EXPECT_EQ(content[1]["reasoningContent"]["redactedContent"], "RXRrRUNrZ0lCeA==");
    EXPECT_EQ(content[2]["reasoningContent"]["redactedContent"], "AP8=");
    EXPECT_EQ(content[3]["toolUse"]["toolUseId"], "tooluse_x");
}

TEST(BedrockMessages, StandAloneWithTheirResultsWhereTheFamilyWantsThat) {
    const auto messages = [](const char* model) { return Rig(model).body(tool_loop({user("And now?")}))["messages"]; };
    EXPECT_EQ(messages("anthropic.claude-sonnet-4-6").size(), 3u);
    const json llama = messages("us.meta.llama3-3-70b-instruct-v1:0");
    ASSERT_EQ(llama.size(), 5u);
    EXPECT_EQ(llama[2]["content"].size(), 1u);
    EXPECT_EQ(llama[3], turn("assistant", {text_block("OK.")}));
    EXPECT_EQ(llama[4], turn("user", {text_block("And now?")}));
}

TEST(BedrockMessages, SpeakMistralsIdsAndResults) {
    const json messages = Rig("mistral.mistral-large-2402-v1:0").body(tool_loop())["messages"];
    const std::string id = messages[1]["content"][0]["toolUse"]["toolUseId"];
    EXPECT_EQ(id.size(), 9u);
    EXPECT_EQ(messages[2]["content"][0]["toolResult"]["toolUseId"], id);
    EXPECT_EQ(messages[2]["content"][0]["toolResult"]["content"], json::array({{{"json", {{"result", "4C"}}}}}));

    ChatRequest object = tool_loop();
    object.messages[2] = result("c1", R"( {"temperature":4} )");
    EXPECT_EQ(Rig("mistral.mistral-large-2402-v1:0").body(object)["messages"][2]["content"][0]["toolResult"]["content"],
              json::array({{{"json", {{"temperature", 4}}}}}));
}

TEST(BedrockMessages, LeaveOutTheStatusForWriter) {
    const json messages = Rig("writer.palmyra-x5-v1:0").body(tool_loop())["messages"];
    EXPECT_FALSE(messages[2]["content"][0]["toolResult"].contains("status"));
}

TEST(BedrockMessages, ReplaceIdsThatDoNotFit) {
    ChatRequest request = tool_loop();
    std::get<ToolCallPart>(request.messages[1].parts[0]).id = std::string(70, 'x');
    request.messages[2].tool_call_id = std::string(70, 'x');
    const json messages = Rig().body(request)["messages"];
    const std::string id = messages[1]["content"][0]["toolUse"]["toolUseId"];
    EXPECT_LE(id.size(), 64u);
    EXPECT_EQ(messages[2]["content"][0]["toolResult"]["toolUseId"], id);
}

TEST(BedrockMessages, BeginWithTheUserWhereTheFamilyWantsThat) {
    ChatRequest request{.messages = {assistant("Welcome."), user("Hi")}};
    EXPECT_EQ(Rig().body(request)["messages"][0]["role"], "assistant");
    Rig nova("amazon.nova-pro-v1:0");
    EXPECT_EQ(nova.body(request)["messages"][0], turn("user", {text_block(".")}));
    EXPECT_TRUE(was_adapted(nova.adapted, "messages", AdaptAction::emulated));
}

TEST(BedrockMessages, AskToContinueUnlessTheModelTakesAPrefill) {
    ChatRequest request{.messages = {user("Hi"), assistant("So ")}};
    Rig rig;
    EXPECT_EQ(rig.body(request)["messages"][2], turn("user", {text_block("Continue.")}));
    rig.deployment.capabilities.set(Feature::assistant_prefill, Support::native);
    const json messages = rig.body(request)["messages"];
    ASSERT_EQ(messages.size(), 2u);
    EXPECT_EQ(messages[1], turn("assistant", {text_block("So")}));
}

TEST(BedrockMessages, SupplyMissingResults) {
    ChatRequest request{.messages = {user("Hi"), assistant_turn({call("c1", "wx", "{}")}), user("Well?")},
                        .tools = {function("wx")}};
    const json content = Rig().body(request)["messages"][2]["content"];
    EXPECT_EQ(content[0]["toolResult"],
              (json{{"toolUseId", "c1"}, {"content", {text_block("[no result]")}}, {"status", "error"}}));
    EXPECT_EQ(content[1], text_block("Well?"));
}

TEST(BedrockMessages, PutCachePointsBehindWhatIsCached) {
    Rig rig;
    ChatRequest request{.messages = {system_says("Long."), user("Hi")}};
    std::get<TextPart>(request.messages[0].parts[0]).cache_control = R"({"type":"ephemeral","ttl":"1h"})";
    request.messages[1].cache_control = R"({"type":"ephemeral"})";
    request.tools = {function("wx")};
    request.tools[0].cache_control = R"({"type":"ephemeral"})";
    const json point{{"cachePoint", {{"type", "default"}}}};

    const json body = rig.body(request);

    EXPECT_EQ(body["system"],
              json::array({text_block("Long."), {{"cachePoint", {{"type", "default"}, {"ttl", "1h"}}}}}));
    EXPECT_EQ(body["messages"][0]["content"], json::array({text_block("Hi"), point}));
    EXPECT_EQ(body["toolConfig"]["tools"][1], point);

    Rig nova("amazon.nova-pro-v1:0");
    const json of_nova = nova.body(request);
    EXPECT_EQ(of_nova["toolConfig"]["tools"].size(), 1u);
    EXPECT_EQ(of_nova["system"].size(), 2u);
    Rig llama("meta.llama3-3-70b-instruct-v1:0");
    EXPECT_EQ(llama.body(request)["system"].size(), 1u);
    EXPECT_TRUE(was_adapted(llama.adapted, "cache_control", AdaptAction::dropped));
}

TEST(BedrockMessages, SendAtMostFourCachePoints) {
    Rig rig;
    ChatRequest request;
    for (int i = 0; i < 6; ++i) {
        request.messages.push_back(user("Hi"));
        request.messages.back().cache_control = R"({"type":"ephemeral"})";
    }
    const std::string body = rig.encode(request)->body;
    std::size_t points = 0;
    for (std::size_t at = body.find("cachePoint"); at != std::string::npos; at = body.find("cachePoint", at + 1))
        ++points;
    EXPECT_EQ(points, 4u);
}

TEST(BedrockMedia, ComesInline) {
    Rig rig;
    ChatRequest request{
        .messages = {Message{
            .parts = {
                TextPart{.text = "What?"}, ImagePart{.media_type = "image/jpeg", .data = "iVBORw0KGgo="},
                FilePart{.filename = "my report_1.final.pdf", .media_type = "application/pdf", .data = "JVBERi0="},
                FilePart{.media_type = "text/x-python", .data = "cHJpbnQ="},
                FilePart{.media_type = "text/csv", .data = "YSxi"}}}}};

    const json content = rig.body(request)["messages"][0]["content"];

    EXPECT_EQ(content[1], (json{{"image", {{"format", "png"}, {"source", {{"bytes", "iVBORw0KGgo="}}}}}}));
    EXPECT_EQ(
        content[2],
        (json{{"document", {{"format", "pdf"}, {"name", "my report-1-final"}, {"source", {{"bytes", "JVBERi0="}}}}}}));
    EXPECT_EQ(content[3]["document"]["format"], "txt");
    EXPECT_EQ(content[3]["document"]["name"], "document-1");
    EXPECT_EQ(content[4]["document"]["format"], "csv");
    EXPECT_EQ(content[4]["document"]["name"], "document-2");
    EXPECT_TRUE(was_adapted(rig.adapted, "messages[0].content[1]", AdaptAction::mapped)) << "the bytes say PNG";
}

TEST(BedrockMedia, NamesEveryDocumentOnce) {
    const FilePart file{.filename = "a.txt", .media_type = "text/plain", .data = "YQ=="};
    ChatRequest request{.messages = {Message{.parts = {file, file}}}};
    const json content = Rig().body(request)["messages"][0]["content"];
    ASSERT_EQ(content.size(), 3u);
    EXPECT_EQ(content[0], text_block("Attached.")) << "a turn with a document needs a text";
    EXPECT_EQ(content[1]["document"]["name"], "a");
    EXPECT_EQ(content[2]["document"]["name"], "a-2");
}

TEST(BedrockMedia, KeepsDocumentsAwayFromResults) {
    ChatRequest request = tool_loop({Message{.parts = {FilePart{.media_type = "text/plain", .data = "YQ=="}}}});
    const json messages = Rig().body(request)["messages"];
    ASSERT_EQ(messages.size(), 5u);
    EXPECT_TRUE(messages[4]["content"][1].contains("document"));
}

TEST(BedrockMedia, PutsTheCachePointBeforeATrailingDocument) {
    ChatRequest request{
        .messages = {Message{
            .parts = {
                TextPart{.text = "Read."},
                FilePart{.media_type = "text/plain", .data = "YQ==", .cache_control = R"({"type":"ephemeral"})"}}}}};
    const json content = Rig().body(request)["messages"][0]["content"];
    ASSERT_EQ(content.size(), 3u);
    EXPECT_TRUE(content[1].contains("cachePoint"));
    EXPECT_TRUE(content[2].contains("document"));
}

// What stands at s3:// would be read with the rights of the gateway.
TEST(BedrockMedia, TakesNoAddresses) {
    Rig rig;
    const auto asking = [](std::string url) {
        return ChatRequest{.messages = {Message{.parts = {TextPart{.text = "?"}, ImagePart{.url = std::move(url)}}}}};
    };
    EXPECT_EQ(rig.refused(asking("s3://bucket/a.jpg")), "messages[0].content[1]");
    EXPECT_EQ(rig.refused(asking("https://example.org/a.png")), "messages[0].content[1]");
    EXPECT_EQ(rig.refused(ChatRequest{.messages = {Message{.parts = {FilePart{.file_id = "file_1"}}}}}),
              "messages[0].content[0]");
    EXPECT_EQ(rig.refused(ChatRequest{
                  .messages = {Message{.parts = {FilePart{.media_type = "application/zip", .data = "UEs="}}}}}),
              "messages[0].content[0]");
}

TEST(BedrockMedia, TakesAudioInItsFormats) {
    ChatRequest request{.messages = {Message{.parts = {AudioPart{.data = "UklGRg==", .format = "wav"}}}}};
    EXPECT_EQ(Rig("mistral.voxtral-small-24b-2507").body(request)["messages"][0]["content"][0],
              (json{{"audio", {{"format", "wav"}, {"source", {{"bytes", "UklGRg=="}}}}}}));
    request.messages[0].parts = {AudioPart{.data = "UklGRg==", .format = "midi"}};
    EXPECT_EQ(Rig().refused(request), "messages[0].content[0]");
}

}  // namespace
}  // namespace breakwater::testing_bedrock
