#include "gateway/span_queue.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

constexpr std::size_t kPlenty = 100'000;

TEST(SpanQueue, JoinsTheSpansOfRequests) {
    SpanQueue queue;
    EXPECT_TRUE(queue.empty());
    EXPECT_TRUE(queue.put("{1},{2}", 2, kPlenty));
    EXPECT_TRUE(queue.put("{3}", 1, kPlenty));
    EXPECT_FALSE(queue.has_full_batch());
    EXPECT_EQ(queue.waiting(), 3u);
    const SpanQueue::Batch batch = queue.take();
    EXPECT_EQ(batch.spans, "{1},{2},{3}");
    EXPECT_EQ(batch.count, 3u);
    EXPECT_TRUE(queue.empty());
    EXPECT_EQ(queue.waiting(), 0u);
}

TEST(SpanQueue, ClosesABatchOf512) {
    SpanQueue queue;
    for (std::size_t i = 0; i < SpanQueue::kBatchSpans - 1; ++i) ASSERT_TRUE(queue.put("{}", 1, kPlenty));
    EXPECT_FALSE(queue.has_full_batch());
    ASSERT_TRUE(queue.put("{},{}", 2, kPlenty));
    EXPECT_TRUE(queue.has_full_batch()) << "two do not fit any more";
    EXPECT_EQ(queue.take().count, SpanQueue::kBatchSpans - 1);
    EXPECT_EQ(queue.take().count, 2u);
    for (std::size_t i = 0; i < SpanQueue::kBatchSpans; ++i) ASSERT_TRUE(queue.put("{}", 1, kPlenty));
    EXPECT_TRUE(queue.has_full_batch());
}

TEST(SpanQueue, ClosesABatchBeforeItGetsTooLong) {
    SpanQueue queue;
    const std::string long_span(SpanQueue::kBatchBytes * 2 / 3, 'x');
    ASSERT_TRUE(queue.put(long_span, 1, kPlenty));
    ASSERT_TRUE(queue.put(long_span, 1, kPlenty));
    EXPECT_EQ(queue.take().spans.size(), long_span.size());
    EXPECT_EQ(queue.take().spans.size(), long_span.size());
}

TEST(SpanQueue, HasBounds) {
    SpanQueue queue;
    EXPECT_TRUE(queue.put("{},{}", 2, 3));
    EXPECT_FALSE(queue.put("{},{}", 2, 3));
    EXPECT_TRUE(queue.put("{}", 1, 3));
    EXPECT_FALSE(queue.put("{}", 1, 3));
    EXPECT_EQ(queue.take().count, 3u);
    EXPECT_TRUE(queue.put("{},{}", 2, 3)) << "there is room again";

    SpanQueue bytes;
    const std::string span(SpanQueue::kBatchBytes, 'x');
    std::size_t taken = 0;
    while (taken < 1000 && bytes.put(span, 1, kPlenty)) ++taken;
    EXPECT_EQ(taken, SpanQueue::kBytesMax / SpanQueue::kBatchBytes);
    bytes.take();
    EXPECT_TRUE(bytes.put(span, 1, kPlenty));
}

}  // namespace
}  // namespace breakwater
