#include <gtest/gtest.h>

#include "chat_support.hpp"

namespace breakwater {
namespace {

ChatRequest decoded(std::string_view rest) {
    const std::string body = R"({"model":"m","messages":[{"role":"user","content":"hi"}],)" + std::string(rest) + "}";
    Result<ChatRequest> request = test::decode(body);
    EXPECT_TRUE(request) << (request ? "" : request.error().message);
    return request ? *request : ChatRequest{};
}

// What other vendors' users write and nobody can misunderstand is taken.
TEST(OpenAiChatLeniency, TakesAnyForRequired) {
    const ChatRequest request = decoded(R"("tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"any")");
    EXPECT_EQ(request.tool_choice.mode, ToolChoice::Mode::required);
}

TEST(OpenAiChatLeniency, TakesAFunctionWithoutItsType) {
    const ChatRequest request =
        decoded(R"("tools":[{"function":{"name":"f"}}],"tool_choice":{"function":{"name":"f"}})");
    ASSERT_EQ(request.tools.size(), 1u);
    EXPECT_EQ(request.tools[0].kind, Tool::Kind::function);
    EXPECT_EQ(request.tool_choice.mode, ToolChoice::Mode::named);
    EXPECT_EQ(request.tool_choice.name, "f");
}

TEST(OpenAiChatLeniency, NamesASchemaThatHasNoName) {
    const ChatRequest request = decoded(R"("response_format":{"type":"json_schema","json_schema":{"schema":{}}})");
    EXPECT_EQ(request.response_format.name, "response");
}

}  // namespace
}  // namespace breakwater
