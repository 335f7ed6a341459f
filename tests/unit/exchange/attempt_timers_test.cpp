#include "exchange/attempt_timers.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

using namespace std::chrono_literals;

const TimePoint kStart = TimePoint{} + 1000h;
constexpr config::AttemptTimeouts kTimeouts{.connect = 1s, .head = 5s, .first_token = 8s, .gap = 3s, .total = 60s};

AttemptTimers timers(bool stream, Duration total = 60s, Deadline first_content = {}) {
    return AttemptTimers(kTimeouts, Deadline(kStart + total), first_content, stream, kStart);
}

TEST(AttemptTimers, EachStageHasItsOwnDeadline) {
    AttemptTimers stream = timers(true);
    EXPECT_EQ(stream.connect().at(), kStart + 1s);
    stream.on_sent(kStart + 2s);
    EXPECT_EQ(stream.head().at(), kStart + 7s);
    EXPECT_EQ(stream.body().at(), kStart + 8s);
    stream.on_progress(kStart + 7s);
    EXPECT_EQ(stream.body().at(), kStart + 10s);
}

TEST(AttemptTimers, TheFirstTokenTimerRunsWhileTheHeadIsAwaited) {
    AttemptTimers stream = timers(true);
    stream.on_sent(kStart + 4s);
    EXPECT_EQ(stream.head().at(), kStart + 8s);
    EXPECT_EQ(stream.expired_head(kStart + 8s, "p").code, "upstream_first_token_timeout");
}

TEST(AttemptTimers, TheTotalBoundsEveryStage) {
    AttemptTimers stream = timers(true, 500ms);
    const Deadline total(kStart + 500ms);
    EXPECT_EQ(stream.connect(), total);
    EXPECT_EQ(stream.head(), total);
    EXPECT_EQ(stream.body(), total);
    stream.on_progress(kStart);
    EXPECT_EQ(stream.body(), total);
    for (const Error& error : {stream.expired_connect(total.at(), "p"), stream.expired_head(total.at(), "p"),
                               stream.expired_body(total.at(), "p")}) {
        EXPECT_EQ(error.code, "deadline_exceeded");
        EXPECT_EQ(error.kind, ErrorKind::upstream_timeout);
    }
}

TEST(AttemptTimers, AWholeAnswerHasNoTokensToWaitFor) {
    AttemptTimers whole = timers(false);
    EXPECT_EQ(whole.head().at(), kStart + 60s);
    EXPECT_EQ(whole.body().at(), kStart + 60s);
    whole.on_progress(kStart + 50s);
    EXPECT_EQ(whole.body().at(), kStart + 53s);
}

TEST(AttemptTimers, AStreamThatTheProviderAnswersAsAWholeHasAWholesTimers) {
    AttemptTimers emulated = timers(true, 60s, Deadline(kStart + 40s));
    emulated.expect_whole();
    EXPECT_EQ(emulated.connect().at(), kStart + 1s);
    emulated.on_sent(kStart + 1s);
    // The client's own patience ends all the same.
    EXPECT_EQ(emulated.head().at(), kStart + 40s);
    EXPECT_EQ(emulated.body().at(), kStart + 40s);
    EXPECT_EQ(emulated.expired_head(kStart + 40s, "p").code, "deadline_exceeded");
    emulated.on_read(kStart + 39s);
    EXPECT_EQ(emulated.body().at(), kStart + 42s);
}

TEST(AttemptTimers, ReadsAreProgressOfAWholeAnswerAlone) {
    AttemptTimers stream = timers(true);
    stream.on_read(kStart + 1s);
    EXPECT_EQ(stream.body().at(), kStart + 8s);
    AttemptTimers whole = timers(false);
    whole.on_read(kStart + 1s);
    EXPECT_EQ(whole.body().at(), kStart + 4s);
}

TEST(AttemptTimers, TheClientsPatienceEndsWithTheFirstContent) {
    AttemptTimers stream = timers(true, 60s, Deadline(kStart + 2s));
    EXPECT_EQ(stream.head().at(), kStart + 2s);
    EXPECT_EQ(stream.body().at(), kStart + 2s);
    stream.on_progress(kStart + 1s);
    EXPECT_EQ(stream.body().at(), kStart + 4s);
}

TEST(AttemptTimers, EachErrorSaysWhoWasSlow) {
    AttemptTimers stream = timers(true);
    EXPECT_EQ(stream.expired_connect(kStart + 1s, "groq").code, "upstream_connect_timeout");
    EXPECT_EQ(stream.expired_head(kStart + 5s, "groq").code, "upstream_head_timeout");
    EXPECT_EQ(stream.expired_body(kStart + 8s, "groq").code, "upstream_first_token_timeout");
    stream.on_progress(kStart + 1s);
    const Error stalled = stream.expired_body(kStart + 4s, "groq");
    EXPECT_EQ(stalled.kind, ErrorKind::upstream_stalled);
    EXPECT_NE(stalled.message.find("groq"), std::string::npos);
    EXPECT_NE(stalled.message.find("3 s"), std::string::npos);
}

}  // namespace
}  // namespace breakwater
