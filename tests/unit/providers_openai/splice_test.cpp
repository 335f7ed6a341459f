// The client's bytes of messages and tools go on where the server takes what is in them, and only there.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "encode_support.hpp"

namespace breakwater::test {
namespace {

// In another order and with other blanks than the encoder writes, so that the one cannot be taken for the other.
constexpr std::string_view kMessages = R"([ {"content":"\u0048ello", "role":"user"} ])";
constexpr std::string_view kTools = R"([ {"function":{"name":"f"}, "type":"function"} ])";

ChatRequest sent_hello(unsigned holds = 0) {
    ChatRequest request = hello();
    request.tools.push_back({.name = "f"});
    auto sent = std::make_shared<SentText>();
    sent->messages = kMessages;
    sent->tools = kTools;
    sent->holds = static_cast<std::uint8_t>(holds);
    request.sent = std::move(sent);
    return request;
}

bool has(const Result<HttpRequest>& encoded, std::string_view member, std::string_view text) {
    const std::string wanted = std::string("\"").append(member).append("\":").append(text);
    return encoded && encoded->body.find(wanted) != std::string::npos;
}

bool splices_messages(Encoder encoder, const ChatRequest& request) {
    return has(encoder.encode(request), "messages", kMessages);
}

bool splices_tools(Encoder encoder, const ChatRequest& request) {
    return has(encoder.encode(request), "tools", kTools);
}

Encoder with_quirk(auto member, auto value) {
    Encoder encoder;
    encoder.quirks.emplace();
    (*encoder.quirks).*member = value;
    return encoder;
}

using config::Quirks;

TEST(OpenAiSplice, BytesGoOnAroundWhatTheGatewayWrites) {
    ChatRequest request = sent_hello();
    request.max_tokens = 5;
    request.stream = true;
    const auto encoded = openai_encoder().encode(request);
    ASSERT_TRUE(encoded);
    EXPECT_EQ(encoded->body,
              std::string(R"({"model":"upstream-model","messages":)")
                  .append(kMessages)
                  .append(R"(,"tools":)")
                  .append(kTools)
                  .append(R"(,"max_completion_tokens":5,"stream":true,"stream_options":{"include_usage":true,)"
                          R"("include_obfuscation":false}})"));
}

TEST(OpenAiSplice, LongMessagesAreSentFromWhereTheyLie) {
    ChatRequest request = sent_hello();
    auto sent = std::make_shared<SentText>();
    const std::string messages = R"([{"role":"user","content":")" + std::string(5000, 'x') + R"("}])";
    sent->body = R"({"messages":)" + messages + R"(,"model":"m","seed":7})";
    sent->messages = std::string_view(sent->body).substr(12, messages.size());
    request.sent = sent;
    request.tools.clear();
    request.body_bytes = sent->body.size();
    request.sampling.seed = 7;

    Result<HttpRequest> encoded = openai_encoder().encode(request);
    ASSERT_TRUE(encoded && encoded->tail);
    EXPECT_EQ(encoded->body, R"({"model":"upstream-model","seed":7,"messages":)");
    EXPECT_EQ(encoded->tail->text.get(), &sent->body) << "not a copy";
    EXPECT_EQ(encoded->tail->view(), messages);
    EXPECT_EQ(encoded->tail->bytes(), messages.size() + 1);
    EXPECT_LT(encoded->body.capacity(), 2000u) << "no room for what is not written";
    EXPECT_EQ(whole_body(std::move(*encoded)), R"({"model":"upstream-model","seed":7,"messages":)" + messages + "}");
}

TEST(OpenAiSplice, LongMessagesOfOtherDialectsAreWrittenIntoRoomThatIsMadeOnce) {
    const std::string text(100'000, 'x');
    ChatRequest request = request_with({text_message(Role::user, text)});
    auto sent = std::make_shared<SentText>();
    sent->dialect = ClientDialect::anthropic_messages;
    sent->body = R"([{"role":"user","content":")" + text + R"("}])";
    sent->messages = sent->body;
    request.sent = sent;
    request.body_bytes = sent->body.size();

    const Result<HttpRequest> encoded = openai_encoder().encode(request);
    ASSERT_TRUE(encoded);
    EXPECT_FALSE(encoded->tail);
    EXPECT_GT(encoded->body.size(), text.size());
    EXPECT_LT(encoded->body.capacity(), text.size() + 2000) << "doubled";
}

TEST(OpenAiSplice, WithoutSentBytesAllIsWritten) {
    ChatRequest request = sent_hello();
    request.sent.reset();
    EXPECT_FALSE(splices_messages(Encoder(), request));
    EXPECT_FALSE(splices_tools(Encoder(), request));
}

TEST(OpenAiSplice, EachQuirkKeepsBackWhatItRewrites) {
    EXPECT_TRUE(splices_messages(openai_encoder(), sent_hello(SentText::developers)));
    EXPECT_FALSE(splices_messages(Encoder(), sent_hello(SentText::developers)));
    EXPECT_TRUE(splices_messages(Encoder(), sent_hello(SentText::names)));
    EXPECT_FALSE(splices_messages(with_quirk(&Quirks::message_names, false), sent_hello(SentText::names)));
    EXPECT_TRUE(splices_messages(Encoder(), sent_hello(SentText::text_lists)));
    EXPECT_FALSE(splices_messages(with_quirk(&Quirks::text_lists, false), sent_hello(SentText::text_lists)));
    EXPECT_TRUE(splices_messages(openai_encoder(), sent_hello(SentText::lone_texts)));
    EXPECT_FALSE(splices_messages(Encoder(), sent_hello(SentText::lone_texts)));
    EXPECT_TRUE(splices_tools(openai_encoder(), sent_hello(SentText::bare_functions)));
    EXPECT_FALSE(splices_tools(Encoder(), sent_hello(SentText::bare_functions)));
    EXPECT_TRUE(splices_tools(Encoder(), sent_hello(SentText::strict_functions)));
    EXPECT_FALSE(splices_tools(with_quirk(&Quirks::strict_tools, false), sent_hello(SentText::strict_functions)));
}

TEST(OpenAiSplice, IdsThatTheServerRefusesAreWrittenAnew) {
    const auto with_result_of = [](std::string id) {
        ChatRequest request = sent_hello(SentText::call_ids);
        request.messages.push_back(
            {.role = Role::tool, .parts = {TextPart{.text = "7"}}, .tool_call_id = std::move(id)});
        return request;
    };
    EXPECT_TRUE(splices_messages(Encoder(), with_result_of("call_1")));
    EXPECT_FALSE(splices_messages(Encoder(), with_result_of("call 1")));
    EXPECT_FALSE(splices_messages(Encoder(), with_result_of(std::string(41, 'a'))));
    EXPECT_FALSE(splices_messages(with_quirk(&Quirks::short_tool_ids, true), with_result_of("call_1")));
    ChatRequest calling = sent_hello(SentText::call_ids);
    calling.messages.push_back(
        {.role = Role::assistant, .parts = {ToolCallPart{.id = "call 1", .name = "f", .arguments = "{}"}}});
    EXPECT_FALSE(splices_messages(Encoder(), calling));
}

TEST(OpenAiSplice, TurnsThatAreJoinedAreWrittenAnew) {
    ChatRequest request = sent_hello();
    EXPECT_TRUE(splices_messages(with_quirk(&Quirks::turns, config::Turns::alternating), request));
    request.messages.push_back(text_message(Role::user, "again"));
    EXPECT_FALSE(splices_messages(with_quirk(&Quirks::turns, config::Turns::alternating), request));
}

TEST(OpenAiSplice, AMarkOnTheLastMessageIsWritten) {
    ChatRequest request = sent_hello();
    EXPECT_TRUE(splices_messages(with_quirk(&Quirks::prefill, config::Prefill::prefix), request));
    request.messages.push_back(text_message(Role::assistant, "So"));
    EXPECT_TRUE(splices_messages(Encoder(), request));
    EXPECT_FALSE(splices_messages(with_quirk(&Quirks::prefill, config::Prefill::prefix), request));
}

TEST(OpenAiSplice, ASchemaInWordsComesBeforeWrittenMessages) {
    ChatRequest request = sent_hello();
    request.response_format = {.kind = ResponseFormat::Kind::json_schema, .schema = "{}"};
    Encoder encoder;
    encoder.deployment.capabilities.set(Feature::json_schema, Support::emulated);
    EXPECT_FALSE(splices_messages(encoder, request));
    EXPECT_TRUE(splices_tools(encoder, request));
}

TEST(OpenAiSplice, AListOfAllowedToolsIsWrittenWhereItIsShortened) {
    ChatRequest request = sent_hello();
    request.tools.push_back({.name = "g"});
    request.tool_choice = {.mode = ToolChoice::Mode::automatic, .allowed = {"g"}};
    EXPECT_TRUE(splices_tools(openai_encoder(), request));
    EXPECT_FALSE(splices_tools(Encoder(), request));
}

}  // namespace
}  // namespace breakwater::test
