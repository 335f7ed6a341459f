#include "breakwater/routing/request_needs.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "breakwater/base/json_escapes.hpp"

namespace breakwater {
namespace {

ChatRequest request_of(ClientText text) {
    ChatRequest request;
    request.messages.push_back({.role = Role::user});
    request.messages.back().parts.emplace_back(TextPart{.text = std::move(text)});
    return request;
}

// A text that stays in the client's body as it is written there is as long as what it says.
TEST(RequestNeeds, CountWhatAWrittenTextSays) {
    for (const std::string_view written :
         {R"(plain)", R"(line\nline\t\"said\"\\)", R"(\u4e2d\u6587 and \u00fc, \u0041)", R"(\ud83d\ude00\ud83d\ude00)",
          R"(\u043f\u0440\u0438)", R"(\n)", R"(中文 \n emoji 😀)"}) {
        std::string repeated;
        for (int i = 0; i < 100; ++i) repeated += written;
        const auto body = std::make_shared<const std::string>(repeated);
        const auto shared = needs_of(request_of(ClientText(body, JsonString::written(*body, true))));
        const auto own = needs_of(request_of(unescaped_json(repeated)));
        EXPECT_EQ(shared.prompt.low, own.prompt.low) << written;
        EXPECT_EQ(shared.prompt.likely, own.prompt.likely) << written;
        EXPECT_EQ(shared.prompt.high, own.prompt.high) << written;
        EXPECT_GT(own.prompt.low, 0) << written;
    }
}

TEST(RequestNeeds, TellConversationsApartByTheirOpening) {
    const std::string said = std::string(2000, 'x') + "\n\xC3\xBC";
    const auto body = std::make_shared<const std::string>(std::string(2000, 'x') + R"(\n\u00fc)");
    const auto shared = request_of(ClientText(body, JsonString::written(*body, true)));
    EXPECT_EQ(conversation_of(shared, ""), conversation_of(request_of(said), ""));
    EXPECT_NE(conversation_of(shared, ""), conversation_of(request_of(said + "y"), ""));
    EXPECT_EQ(conversation_of(shared, "s"), conversation_of(request_of(std::string("other")), "s"));
}

}  // namespace
}  // namespace breakwater
