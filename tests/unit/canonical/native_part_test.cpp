#include <gtest/gtest.h>

#include <string>

#include "breakwater/canonical/stream_guard.hpp"

namespace breakwater {
namespace {

/// A client encoder that has a place for parts of one dialect.
class Encoder final : public EventSink {
public:
    void on_event(const StreamEvent& event) override {
        if (const auto* finish = std::get_if<FinishEvent>(&event)) stop_sequence = finish->stop_sequence;
    }
    bool on_native(const NativePart& part) override {
        if (part.dialect != ClientDialect::anthropic_messages) return false;
        taken += part.json;
        return true;
    }
    std::string taken;
    std::string stop_sequence;
};

TEST(NativeParts, WhatTheClientIsGivenCommitsItsRequest) {
    Encoder encoder;
    Rng rng(1);
    StreamGuard guard(encoder, rng);
    EXPECT_FALSE(guard.on_native({ClientDialect::openai_chat, NativePart::Kind::block, "a"}));
    EXPECT_FALSE(guard.content_seen());
    EXPECT_TRUE(guard.on_native({ClientDialect::anthropic_messages, NativePart::Kind::block, "b"}));
    EXPECT_TRUE(guard.content_seen());
    EXPECT_EQ(guard.content_events(), 1u);
    EXPECT_EQ(encoder.taken, "b");
}

TEST(NativeParts, NoneFollowsTheEnd) {
    Encoder encoder;
    Rng rng(1);
    StreamGuard guard(encoder, rng);
    guard.on_event(TextDelta{0, "x"});
    guard.on_event(FinishEvent{.reason = FinishReason::stop, .native = "stop_sequence", .stop_sequence = "five"});
    EXPECT_FALSE(guard.on_native({ClientDialect::anthropic_messages, NativePart::Kind::block, "b"}));
    guard.on_event(StreamEnd{});
    EXPECT_FALSE(guard.on_native({ClientDialect::anthropic_messages, NativePart::Kind::block, "b"}));
    EXPECT_EQ(encoder.taken, "");
    EXPECT_EQ(encoder.stop_sequence, "five");
}

}  // namespace
}  // namespace breakwater
