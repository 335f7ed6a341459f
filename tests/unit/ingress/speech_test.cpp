#include "breakwater/ingress/speech.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace breakwater {
namespace {

TEST(SpeechEncoder, BareBytesAreWrittenAsTheyAre) {
    const auto encoder = make_speech_encoder({}, {});
    encoder->on_event(BytesEvent{.bytes = "RI", .media_type = "audio/wav"});
    encoder->on_event(BytesEvent{.bytes = "FF", .media_type = "audio/wav"});
    encoder->on_event(UsageEvent{});
    encoder->on_event(StreamEnd{});
    encoder->ping();
    HttpResponseHead head;
    encoder->head(head);
    EXPECT_EQ(encoder->out(), "RIFF");
    EXPECT_EQ(head.headers.get("content-type"), "audio/wav");
    EXPECT_FALSE(encoder->says_faults());
}

TEST(SpeechEncoder, EventsAreWholeEach) {
    const auto encoder = make_speech_encoder({}, {.events = true});
    encoder->on_event(BytesEvent{.bytes = "RI", .media_type = "audio/wav"});
    encoder->on_event(BytesEvent{.bytes = "FF", .media_type = "audio/wav"});
    encoder->on_event(UsageEvent{{.input_uncached = 3, .output = 5}});
    encoder->on_event(StreamEnd{});
    EXPECT_EQ(encoder->out(),
              "data: {\"type\":\"speech.audio.delta\",\"audio\":\"Ukk=\"}\n\n"
              "data: {\"type\":\"speech.audio.delta\",\"audio\":\"RkY=\"}\n\n"
              "data: {\"type\":\"speech.audio.done\",\"usage\":{\"input_tokens\":3,\"output_tokens\":5,"
              "\"total_tokens\":8}}\n\n");
}

TEST(SpeechEncoder, AHugeTotalStaysANumber) {
    constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
    const auto encoder = make_speech_encoder({}, {.events = true});
    encoder->on_event(UsageEvent{{.input_uncached = kMax, .output = kMax}});
    encoder->on_event(StreamEnd{});
    EXPECT_NE(encoder->out().find("\"total_tokens\":9223372036854775807}"), std::string::npos);
}

TEST(SpeechEncoder, EventsHaveAPlaceForErrorsAndPings) {
    const auto encoder = make_speech_encoder({}, {.events = true});
    encoder->ping();
    EXPECT_EQ(encoder->out(), ": ping\n\n");
    encoder->on_event(StreamFault{Error(ErrorKind::upstream_stalled, "silent")});
    EXPECT_TRUE(encoder->says_faults());
    EXPECT_NE(encoder->out().find("\"upstream_stalled\""), std::string::npos);
}

}  // namespace
}  // namespace breakwater
