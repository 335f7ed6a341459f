#include "gateway/span_outage.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

using namespace std::chrono_literals;

TEST(SpanOutage, IsToldOnceForAllWorkers) {
    SpanOutage outage;
    EXPECT_TRUE(outage.begins());
    EXPECT_FALSE(outage.begins()) << "a second worker";
    EXPECT_FALSE(outage.ends()) << "the other one still fails";
    EXPECT_FALSE(outage.begins());
    EXPECT_FALSE(outage.ends());
    EXPECT_TRUE(outage.ends());
    EXPECT_TRUE(outage.begins()) << "the next outage";
}

TEST(SpanOutage, TellsOfRefusalsNowAndThen) {
    SpanOutage outage;
    const TimePoint now = TimePoint{} + 1000h;
    EXPECT_TRUE(outage.refuses(now));
    EXPECT_FALSE(outage.refuses(now + 59min));
    EXPECT_TRUE(outage.refuses(now + 60min));
    EXPECT_TRUE(outage.begins()) << "is something else";
}

}  // namespace
}  // namespace breakwater
