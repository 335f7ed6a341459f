#include "breakwater/base/cancel.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

struct Waiter final : Cancellable {
    int cancelled = 0;
    void cancel() noexcept override { ++cancelled; }
};

TEST(CancelSource, ReachesTheInnermostScopeOnce) {
    CancelSource source;
    Waiter outer;
    Waiter inner;
    const CancelScope outer_scope(source, outer);
    {
        const CancelScope inner_scope(source, inner);
        source.request();
        source.request();
    }
    EXPECT_EQ(inner.cancelled, 1);
    EXPECT_EQ(outer.cancelled, 0);
    EXPECT_TRUE(source.requested());
}

TEST(CancelSource, ForgetsAScopeThatEnded) {
    CancelSource source;
    Waiter outer;
    Waiter inner;
    const CancelScope outer_scope(source, outer);
    {
        const CancelScope inner_scope(source, inner);
    }
    source.request();
    EXPECT_EQ(outer.cancelled, 1);
    EXPECT_EQ(inner.cancelled, 0);
}

TEST(CancelSource, KeepsARequestThatNobodyWaitedFor) {
    CancelSource source;
    source.request();
    EXPECT_TRUE(source.requested());
}

}  // namespace
}  // namespace breakwater
