#include <gtest/gtest.h>

#include "breakwater/exchange/upstream_request.hpp"

namespace breakwater {
namespace {

const TraceContext kTrace{
    .trace_high = 1, .trace_low = 2, .parent_id = 3, .flags = TraceContext::kSampled, .state = "a=1"};

TEST(JoinTrace, TellsOnlyProvidersThatAreToKnow) {
    Rng rng(1);
    Headers headers;
    EXPECT_NE(join_trace(kTrace, {.provider = nullptr}, headers, rng), 0u);
    EXPECT_EQ(headers.size(), 0u);
    EXPECT_EQ(join_trace(kTrace, {.provider = nullptr, .gets_trace = true}, headers, rng), 3u);
    EXPECT_EQ(headers.get("traceparent"), "00-00000000000000010000000000000002-0000000000000003-01");
    EXPECT_EQ(headers.get("tracestate"), "a=1");
}

TEST(JoinTrace, GivesEachAttemptItsOwnSpanWhereThereAreSpans) {
    Rng rng(1);
    TraceContext trace = kTrace;
    trace.spans = true;
    Headers headers;
    const std::uint64_t first = join_trace(trace, {.provider = nullptr, .gets_trace = true}, headers, rng);
    const std::uint64_t second = join_trace(trace, {.provider = nullptr, .gets_trace = true}, headers, rng);
    EXPECT_NE(first, second);
    EXPECT_NE(first, trace.parent_id);
    std::string id;
    append_span_id(id, second);
    EXPECT_EQ(headers.get("traceparent"), "00-00000000000000010000000000000002-" + id + "-01");
    EXPECT_EQ(headers.count("traceparent"), 1u);
}

}  // namespace
}  // namespace breakwater
