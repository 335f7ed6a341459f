#include "breakwater/credentials/token_life.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

using namespace std::chrono_literals;
using Move = TokenLife::Move;

const TimePoint kStart = TimePoint() + 1h;

TokenLife fetched(std::chrono::seconds life) {
    TokenLife token;
    token.on_started();
    token.on_fetched(kStart, life);
    return token;
}

TEST(TokenLife, IsFetchedByTheFirstWhoAsksAndAwaitedByTheOthers) {
    TokenLife token;
    EXPECT_EQ(token.ask(kStart), Move::fetch);
    token.on_started();
    EXPECT_EQ(token.ask(kStart), Move::wait);
    EXPECT_TRUE(token.fetching());
    token.on_fetched(kStart, 3600s);
    EXPECT_FALSE(token.fetching());
    EXPECT_EQ(token.ask(kStart), Move::use);
}

TEST(TokenLife, IsRenewedFiveMinutesBeforeItsEndAndUsedMeanwhile) {
    TokenLife token = fetched(3600s);
    EXPECT_EQ(token.ask(kStart + 3299s), Move::use);
    EXPECT_EQ(token.ask(kStart + 3300s), Move::renew);
    token.on_started();
    EXPECT_EQ(token.ask(kStart + 3301s), Move::use);
    // Ten seconds before the end it might arrive too late.
    EXPECT_EQ(token.ask(kStart + 3589s), Move::use);
    EXPECT_EQ(token.ask(kStart + 3590s), Move::wait);
}

TEST(TokenLife, OfAShortOneIsRenewedAtFourFifths) {
    const TokenLife token = fetched(60s);
    EXPECT_EQ(token.ask(kStart + 47s), Move::use);
    EXPECT_EQ(token.ask(kStart + 48s), Move::renew);
    EXPECT_EQ(token.ask(kStart + 56s), Move::renew);
    EXPECT_EQ(token.ask(kStart + 57s), Move::fetch);
}

TEST(TokenLife, SurvivesLivesThatNobodyGives) {
    EXPECT_EQ(fetched(-5s).ask(kStart), Move::fetch);
    EXPECT_EQ(fetched(0s).ask(kStart), Move::fetch);
    EXPECT_EQ(fetched(std::chrono::seconds::max()).ask(kStart + 24h * 300), Move::use);
}

TEST(TokenLife, WaitsLongerAfterEachFailure) {
    TokenLife token;
    Rng rng(1);
    TimePoint now = kStart;
    for (const auto longest : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
        EXPECT_EQ(token.ask(now), Move::fetch);
        token.on_started();
        token.on_failed(now, rng);
        EXPECT_EQ(token.ask(now), Move::fail);
        EXPECT_LE(token.pause(now), longest);
        EXPECT_GE(token.pause(now), longest * 3 / 4);
        now += token.pause(now);
    }
    token.on_started();
    token.on_fetched(now, 3600s);
    EXPECT_EQ(token.pause(now), Duration::zero());
    token.on_failed(now, rng);
    EXPECT_LE(token.pause(now), 1s) << "a good one ends the series";
}

TEST(TokenLife, KeepsTheOldOneWhileRenewingFails) {
    TokenLife token = fetched(3600s);
    Rng rng(1);
    const TimePoint late = kStart + 3400s;
    EXPECT_EQ(token.ask(late), Move::renew);
    token.on_started();
    token.on_failed(late, rng);
    EXPECT_EQ(token.ask(late), Move::use);
    EXPECT_EQ(token.ask(late + 1s), Move::renew);
}

TEST(TokenLife, GivesUpWhatIsRefusedOnceAMinute) {
    TokenLife token = fetched(3600s);
    EXPECT_TRUE(token.on_refused(kStart + 10s));
    EXPECT_EQ(token.ask(kStart + 10s), Move::fetch);
    token.on_started();
    token.on_fetched(kStart + 11s, 3600s);
    EXPECT_FALSE(token.on_refused(kStart + 12s));
    EXPECT_EQ(token.ask(kStart + 12s), Move::use);
    EXPECT_TRUE(token.on_refused(kStart + 71s));
}

TEST(TokenLife, ForgetsAFetchThatWasAbandoned) {
    TokenLife token;
    token.on_started();
    token.on_abandoned();
    EXPECT_EQ(token.ask(kStart), Move::fetch);
}

}  // namespace
}  // namespace breakwater
