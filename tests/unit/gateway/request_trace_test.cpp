#include "gateway/request_trace.hpp"

#include <gtest/gtest.h>

#include "traced_snapshot.hpp"

namespace breakwater {
namespace {

using test::traced_snapshot;

constexpr std::string_view kParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-";

std::unique_ptr<RequestTrace> trace_of(const std::shared_ptr<const Snapshot>& snapshot, std::string_view flags = {},
                                       bool trusted = true) {
    Rng rng(3);
    Headers headers;
    if (!flags.empty()) headers.add("traceparent", std::string(kParent) + std::string(flags));
    return trace_request(*snapshot, &headers, trusted, rng);
}

TEST(RequestTrace, IsNoneWhereNothingIsTraced) {
    EXPECT_EQ(trace_of(traced_snapshot("{ propagate: none }"), "01"), nullptr);
}

TEST(RequestTrace, JoinsTheClientsTraceAndItsDecision) {
    const auto snapshot = traced_snapshot("{ otlp: { endpoint: \"http://127.0.0.1:1\", sample: 0% } }");
    const auto sampled = trace_of(snapshot, "01");
    ASSERT_NE(sampled, nullptr);
    EXPECT_EQ(sampled->context.parent_id, 0xb7ad6b7169203331u);
    EXPECT_NE(sampled->span_id, sampled->context.parent_id);
    EXPECT_TRUE(sampled->recorded());
    EXPECT_TRUE(sampled->context.spans);
    EXPECT_FALSE(trace_of(snapshot, "00")->recorded());
}

TEST(RequestTrace, BeginsOneWhereTheClientHasNone) {
    const auto all = traced_snapshot("{ otlp: { endpoint: \"http://127.0.0.1:1\" } }");
    ASSERT_NE(trace_of(all), nullptr);
    EXPECT_TRUE(trace_of(all)->recorded());
    EXPECT_EQ(trace_of(all)->context.parent_id, 0u);
    EXPECT_TRUE(trace_of(all, "zz")->recorded()) << "what is not valid counts for nothing";
    const auto none = traced_snapshot("{ otlp: { endpoint: \"http://127.0.0.1:1\", sample: 0% } }");
    EXPECT_FALSE(trace_of(none)->recorded());
    Rng rng(1);
    EXPECT_TRUE(trace_request(*all, nullptr, false, rng)->recorded()) << "a request without a head";
}

TEST(RequestTrace, DoesNotLetStrangersDecide) {
    const auto none = traced_snapshot("{ otlp: { endpoint: \"http://127.0.0.1:1\", sample: 0% } }");
    const auto all = traced_snapshot("{ otlp: { endpoint: \"http://127.0.0.1:1\" } }");
    const auto sampled = trace_of(none, "01", false);
    EXPECT_FALSE(sampled->recorded());
    EXPECT_EQ(sampled->context.parent_id, 0xb7ad6b7169203331u) << "it is still the client's trace";
    EXPECT_EQ(sampled->context.trace_high, 0x0af7651916cd43ddu);
    EXPECT_TRUE(trace_of(all, "00", false)->recorded());
    const auto half = traced_snapshot("{ otlp: { endpoint: \"http://127.0.0.1:1\", sample: 50% } }");
    EXPECT_EQ(trace_of(half, {}, false)->recorded(), trace_of(half)->recorded()) << "without one the id decides";
}

TEST(RequestTrace, IsOnlyPassedOnWhereNobodyCollectsSpans) {
    const auto snapshot = traced_snapshot("{ propagate: all }");
    EXPECT_EQ(trace_of(snapshot), nullptr);
    const auto passed = trace_of(snapshot, "01");
    ASSERT_NE(passed, nullptr);
    EXPECT_FALSE(passed->recorded());
    EXPECT_FALSE(passed->context.spans);
}

TEST(RequestTrace, IsToldToThoseWhoAreToKnow) {
    const auto told = [](const char* trace) {
        std::vector<bool> each;
        const auto snapshot = traced_snapshot(trace);
        for (const char* name : {"vendor", "own", "sim"}) each.push_back(snapshot->provider(name)->gets_trace);
        return each;
    };
    EXPECT_EQ(told("{ propagate: none }"), (std::vector<bool>{false, false, false}));
    EXPECT_EQ(told("{ propagate: self_hosted }"), (std::vector<bool>{false, true, false}));
    EXPECT_EQ(told("{ propagate: all }"), (std::vector<bool>{true, true, false}));
}

}  // namespace
}  // namespace breakwater
