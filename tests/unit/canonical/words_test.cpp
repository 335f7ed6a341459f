#include <gtest/gtest.h>

#include <array>

#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/canonical/stream_event.hpp"

namespace breakwater {
namespace {

TEST(ReasoningEffort, ReadsTheWordsThatItWrites) {
    constexpr std::array<std::string_view, 7> kWords{"none", "minimal", "low", "medium", "high", "xhigh", "max"};
    for (const std::string_view word : kWords) {
        const auto effort = reasoning_effort_from(word);
        ASSERT_TRUE(effort) << word;
        EXPECT_EQ(to_string(*effort), word);
    }
    EXPECT_LT(ReasoningEffort::low, ReasoningEffort::high);
    for (const std::string_view word : {"", "None", "extreme"}) EXPECT_FALSE(reasoning_effort_from(word)) << word;
}

TEST(FinishReason, IsWrittenInTheWordsOfOpenAi) {
    EXPECT_EQ(to_string(FinishReason::stop), "stop");
    EXPECT_EQ(to_string(FinishReason::length), "length");
    EXPECT_EQ(to_string(FinishReason::tool_calls), "tool_calls");
    EXPECT_EQ(to_string(FinishReason::content_filter), "content_filter");
}

TEST(IsContent, IsTrueForTokensOfTheAnswerOnly) {
    EXPECT_TRUE(is_content(TextDelta{0, "x"}));
    EXPECT_TRUE(is_content(RefusalDelta{0, "x"}));
    EXPECT_TRUE(is_content(ReasoningDelta{0, "x"}));
    EXPECT_TRUE(is_content(ReasoningEnd{0, "", "opaque"}));
    EXPECT_TRUE(is_content(ToolCallStart{.id = "a", .name = "f"}));
    EXPECT_TRUE(is_content(ToolArgsDelta{0, 0, "{"}));
    EXPECT_TRUE(is_content(AudioEvent{0, "{}"}));
    EXPECT_TRUE(is_content(EmbeddingEvent{.index = 0, .base64 = "AACAPw=="}));
    EXPECT_TRUE(is_content(RankEvent{.index = 0, .score = 0.5}));
    EXPECT_TRUE(is_content(ModerationEvent{}));
    EXPECT_TRUE(is_content(ImageEvent{.base64 = "AA=="}));
    EXPECT_TRUE(is_content(BytesEvent{.bytes = "RIFF"}));
    EXPECT_TRUE(is_content(RelayedHead{.status = 404}));
    EXPECT_FALSE(is_content(MessageStart{}));
    EXPECT_FALSE(is_content(ReasoningEnd{0, "sig", ""}));
    EXPECT_FALSE(is_content(UsageEvent{}));
    EXPECT_FALSE(is_content(FinishEvent{}));
    EXPECT_FALSE(is_content(StreamEnd{}));
    EXPECT_FALSE(is_content(StreamFault{Error(ErrorKind::internal, "x")}));
}

TEST(Unknown, HasAWordForEach) {
    EXPECT_EQ(to_string(Unknown::event), "event");
    EXPECT_EQ(to_string(Unknown::content), "content");
    EXPECT_EQ(to_string(Unknown::finish_reason), "finish_reason");
    EXPECT_EQ(to_string(Unknown::field), "field");
}

}  // namespace
}  // namespace breakwater
