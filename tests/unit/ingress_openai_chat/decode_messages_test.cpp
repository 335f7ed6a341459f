#include <gtest/gtest.h>

#include <algorithm>

#include "chat_support.hpp"

namespace breakwater {
namespace {

using test::decode;
using test::json;

std::vector<Message> decoded(const json& messages) {
    const json body{{"model", "m"}, {"messages", messages}};
    Result<ChatRequest> request = decode(body.dump());
    EXPECT_TRUE(request) << request.error().message;
    return request ? std::move(request->messages) : std::vector<Message>(8);
}

std::vector<Message> fixture_messages() {
    Result<ChatRequest> request = decode(test::read_fixture("every_field.json"));
    EXPECT_TRUE(request) << request.error().message;
    return request ? std::move(request->messages) : std::vector<Message>(8);
}

template <class Part>
const Part& part(const Message& message, std::size_t index) {
    return std::get<Part>(message.parts.at(index));
}

json user(const json& parts) {
    return {{{"role", "user"}, {"content", parts}}};
}

TEST(OpenAiChatMessages, ReadsRolesNamesAndCacheHints) {
    const std::vector<Message> messages = fixture_messages();
    ASSERT_EQ(messages.size(), 7U);
    std::vector<Role> roles;
    for (const Message& message : messages) roles.push_back(message.role);
    EXPECT_EQ(roles, (std::vector<Role>{Role::system, Role::developer, Role::user, Role::assistant, Role::tool,
                                        Role::tool, Role::assistant}));
    EXPECT_EQ(messages[0].name, "ops");
    EXPECT_EQ(messages[0].cache_control, R"({"type":"ephemeral"})");
    EXPECT_EQ(part<TextPart>(messages[0], 0).text, "Be brief.");
    EXPECT_TRUE(messages[0].plain);
    EXPECT_FALSE(messages[1].plain);
    EXPECT_EQ(part<TextPart>(messages[1], 0).cache_control, R"({"type":"ephemeral","ttl":"1h"})");
}

TEST(OpenAiChatMessages, ReadsEveryUserPart) {
    const Message message = fixture_messages().at(2);
    ASSERT_EQ(message.parts.size(), 6U);
    EXPECT_EQ(part<TextPart>(message, 0).text, "What is this? \u00fc");
    const auto& inlined = part<ImagePart>(message, 1);
    EXPECT_EQ(inlined.media_type, "image/png");
    EXPECT_EQ(inlined.data, "iVBORw0K");
    EXPECT_EQ(inlined.detail, "low");
    EXPECT_EQ(inlined.url, "");
    EXPECT_EQ(part<ImagePart>(message, 2).url, "https://example.com/cat.png") << "a bare string is taken too";
    EXPECT_EQ(part<AudioPart>(message, 3).data, "UklGRg==");
    EXPECT_EQ(part<AudioPart>(message, 3).format, "wav");
    const auto& file = part<FilePart>(message, 4);
    EXPECT_EQ(file.filename, "a.pdf");
    EXPECT_EQ(file.media_type, "application/pdf");
    EXPECT_EQ(file.data, "JVBERi0=");
    EXPECT_EQ(part<FilePart>(message, 5).file_id, "file-1");
}

TEST(OpenAiChatMessages, ReadsReasoningBlocksAndLetsThemWin) {
    const Message message = fixture_messages().at(3);
    ASSERT_EQ(message.parts.size(), 4U);
    EXPECT_EQ(part<ReasoningPart>(message, 0).text, "Let me look.");
    EXPECT_EQ(part<ReasoningPart>(message, 0).signature, "c2ln");
    EXPECT_EQ(part<ReasoningPart>(message, 1).redacted, "b3BhcXVl");
}

TEST(OpenAiChatMessages, ReadsReasoningTextUnderBothNames) {
    for (const char* name : {"reasoning_content", "reasoning"}) {
        const json assistant{{"role", "assistant"}, {"content", "x"}, {name, "because"}, {"thinking_blocks", nullptr}};
        const Message message = decoded(json::array({assistant})).at(0);
        ASSERT_EQ(message.parts.size(), 2U) << name;
        EXPECT_EQ(part<ReasoningPart>(message, 0).text, "because");
        EXPECT_EQ(part<TextPart>(message, 1).text, "x");
    }
}

TEST(OpenAiChatMessages, KeepsToolCallArgumentsAsTheyAre) {
    const Message message = fixture_messages().at(3);
    const auto& function = part<ToolCallPart>(message, 2);
    EXPECT_EQ(function.id, "call_1");
    EXPECT_EQ(function.name, "look");
    EXPECT_EQ(function.arguments, "{\"a\": 1.0}") << "blanks and all";
    EXPECT_EQ(function.extension, R"({"google":{"thought_signature":"s"}})");
    EXPECT_FALSE(function.custom);
    const auto& custom = part<ToolCallPart>(message, 3);
    EXPECT_TRUE(custom.custom);
    EXPECT_EQ(custom.name, "shell");
    EXPECT_EQ(custom.arguments, "ls -l");
    EXPECT_EQ(custom.cache_control, R"({"type":"ephemeral"})");

    for (const char* arguments : {"", "{", "no json"}) {
        const json call{{"id", "c"}, {"function", {{"name", "f"}, {"arguments", arguments}}}};
        const Message broken = decoded({{{"role", "assistant"}, {"tool_calls", {call}}}}).at(0);
        EXPECT_EQ(part<ToolCallPart>(broken, 0).arguments, arguments);
    }
}

TEST(OpenAiChatMessages, ReadsToolResults) {
    const std::vector<Message> messages = fixture_messages();
    EXPECT_EQ(messages[4].tool_call_id, "call_1");
    EXPECT_TRUE(messages[4].tool_error);
    EXPECT_EQ(part<TextPart>(messages[4], 0).text, "a cat");
    EXPECT_EQ(messages[5].tool_call_id, "call_2");
    EXPECT_FALSE(messages[5].tool_error);
    EXPECT_EQ(part<TextPart>(messages[5], 0).text, "total 0");
}

TEST(OpenAiChatMessages, ReadsRefusalAndAudioOfTheAssistant) {
    const Message message = fixture_messages().at(6);
    ASSERT_EQ(message.parts.size(), 2U);
    EXPECT_EQ(part<TextPart>(message, 0).text, "A cat.");
    EXPECT_EQ(part<RefusalPart>(message, 1).text, "Not more.");
    EXPECT_EQ(message.audio, R"({"id":"audio_1"})");
}

TEST(OpenAiChatMessages, DropsEmptyTextBesideToolCalls) {
    const json call{{"id", "c"}, {"function", {{"name", "f"}, {"arguments", "{}"}}}};
    const json assistant{{"role", "assistant"}, {"content", ""}, {"tool_calls", {call}}};
    const Message message = decoded(json::array({assistant})).at(0);
    ASSERT_EQ(message.parts.size(), 1U);
    EXPECT_EQ(part<ToolCallPart>(message, 0).id, "c");
}

TEST(OpenAiChatMessages, KeepsAnEmptyAssistantText) {
    const Message message = decoded({{{"role", "assistant"}, {"content", ""}}}).at(0);
    ASSERT_EQ(message.parts.size(), 1U);
    EXPECT_EQ(part<TextPart>(message, 0).text, "");
}

TEST(OpenAiChatMessages, JoinsLegacyFunctionCallsWithTheirResults) {
    const json call{{"role", "assistant"}, {"function_call", {{"name", "f"}, {"arguments", "{}"}}}};
    const json result{{"role", "function"}, {"name", "f"}, {"content", "42"}};
    const std::vector<Message> messages = decoded({call, result, call, result});
    ASSERT_EQ(messages.size(), 4U);
    const std::string first = part<ToolCallPart>(messages[0], 0).id;
    const std::string second = part<ToolCallPart>(messages[2], 0).id;
    EXPECT_NE(first, second);
    EXPECT_EQ(messages[1].role, Role::tool);
    EXPECT_EQ(messages[1].tool_call_id, first);
    EXPECT_EQ(messages[3].tool_call_id, second);
    EXPECT_EQ(part<TextPart>(messages[3], 0).text, "42");
}

TEST(OpenAiChatMessages, TakesFilesInTheFormsThatClientsSend) {
    const auto file = [](const json& body) {
        const json file_part{{"type", "file"}, {"file", body}};
        return std::get<FilePart>(decoded(user(json::array({file_part}))).at(0).parts.at(0));
    };
    EXPECT_EQ(file({{"file_data", "https://example.com/a.pdf"}}).url, "https://example.com/a.pdf");
    const FilePart bare = file({{"file_data", "JVBERi0="}, {"filename", "A.PDF"}});
    EXPECT_EQ(bare.media_type, "application/pdf");
    EXPECT_EQ(bare.data, "JVBERi0=");
    EXPECT_EQ(file({{"file_data", "QUJD"}, {"filename", "a.bin"}}).media_type, "application/octet-stream");
}

TEST(OpenAiChatMessages, LeavesBrokenBase64ToTheProvider) {
    const json image{{"type", "image_url"}, {"image_url", {{"url", "data:image/png;charset=x;base64,%%%"}}}};
    const Message message = decoded(user(json::array({image}))).at(0);
    EXPECT_EQ(part<ImagePart>(message, 0).media_type, "image/png");
    EXPECT_EQ(part<ImagePart>(message, 0).data, "%%%");
}

}  // namespace
}  // namespace breakwater
