#include "bench/recorder.hpp"

#include <gtest/gtest.h>

using namespace breakwater;
using namespace breakwater::bench;
using namespace std::chrono_literals;

namespace {

const TimePoint kStart = TimePoint() + 1h;
const Outcome kGood{.latency = 10ms, .first_token = 5ms};
const Outcome kRefused{.failure = Failure::http_status, .status = 429};

}  // namespace

TEST(Recorder, CountsNothingBeforeTheWindow) {
    Recorder recorder;
    recorder.bytes_in(7);
    recorder.bytes_out(7);
    recorder.events(7);
    recorder.finished(kGood, false, {});
    EXPECT_FALSE(recorder.tick(kStart));
    EXPECT_EQ(recorder.results().bytes_in + recorder.results().bytes_out + recorder.results().events, 0u);
    EXPECT_EQ(recorder.results().ok + recorder.results().ok_in_window, 0u);
}

TEST(Recorder, KeepsSlowRequestsOfTheWindow) {
    Recorder recorder;
    recorder.open_window(kStart);
    recorder.close_window(kStart + 2s);
    recorder.finished(kGood, true, {});
    EXPECT_EQ(recorder.results().ok, 1u);
    EXPECT_EQ(recorder.results().ok_in_window, 0u);
    EXPECT_EQ(recorder.results().latency.max(), 10ms);
    EXPECT_EQ(recorder.results().first_token.max(), 5ms);
    EXPECT_EQ(recorder.results().window, 2s);
}

TEST(Recorder, KeepsFailuresApartWithAnExampleOfEach) {
    Recorder recorder;
    recorder.open_window(kStart);
    recorder.finished(kRefused, true, R"({"error":{"message":"slow down"}})");
    recorder.finished(kRefused, true, "something else");
    recorder.finished({.failure = Failure::timeout}, true, {});
    const Results& results = recorder.results();
    EXPECT_EQ(results.failures.total(), 3u);
    EXPECT_EQ(results.failures.by_name(), (std::map<std::string, std::uint64_t>{{"http_429", 2}, {"timeout", 1}}));
    EXPECT_EQ(results.examples, (std::map<std::string, std::string>{{"http_429", "slow down"}}));
    EXPECT_EQ(results.latency.count(), 0u);
}

TEST(Recorder, CutsTheWindowIntoIntervals) {
    Recorder recorder;
    recorder.open_window(kStart);
    recorder.finished(kGood, true, {});
    recorder.events(4);
    const auto first = recorder.tick(kStart + 1s);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->ok, 1u);
    EXPECT_EQ(first->events, 4u);
    EXPECT_NEAR(static_cast<double>(first->p99.count()), 1e7, 1e5);
    recorder.finished(kRefused, true, {});
    recorder.close_window(kStart + 1500ms);
    ASSERT_EQ(recorder.results().intervals.size(), 2u);
    const Interval& second = recorder.results().intervals[1];
    EXPECT_EQ(second.start, 1s);
    EXPECT_EQ(second.length, 500ms);
    EXPECT_EQ(second.ok, 0u);
    EXPECT_EQ(second.failed, 1u);
    EXPECT_EQ(second.p99, 0ns);
}

TEST(Recorder, LeavesOutALastIntervalThatIsTooShortForARate) {
    Recorder recorder;
    recorder.open_window(kStart);
    recorder.tick(kStart + 1s);
    recorder.close_window(kStart + 1001ms);
    EXPECT_EQ(recorder.results().intervals.size(), 1u);
}

TEST(Recorder, CountsHeldStreamsAsSuccesses) {
    Recorder recorder;
    recorder.held(5ms);
    recorder.held(std::nullopt);
    EXPECT_EQ(recorder.results().held, 2u);
    EXPECT_EQ(recorder.results().ok, 2u);
    EXPECT_EQ(recorder.results().first_token.count(), 1u);
}
