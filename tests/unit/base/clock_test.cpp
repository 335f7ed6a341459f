#include "breakwater/base/clock.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

using std::chrono::seconds;

constexpr TimePoint kNow{seconds(1000)};

TEST(Deadline, PassesAtItsTime) {
    const Deadline deadline = Deadline::after(kNow, seconds(5));
    EXPECT_FALSE(deadline.passed(kNow + seconds(4)));
    EXPECT_TRUE(deadline.passed(kNow + seconds(5)));
    EXPECT_EQ(deadline.left(kNow + seconds(2)), seconds(3));
    EXPECT_EQ(deadline.left(kNow + seconds(9)), seconds(0));
    EXPECT_TRUE(Deadline::after(kNow, seconds(-1)).passed(kNow));
}

TEST(Deadline, IsNeverByDefaultAndInsteadOfOverflowing) {
    EXPECT_TRUE(Deadline().never());
    EXPECT_EQ(Deadline().left(kNow), Duration::max());
    EXPECT_TRUE(Deadline::after(kNow, Duration::max()).never());
}

TEST(Deadline, TheEarlierOfTwoCounts) {
    const Deadline soon = Deadline::after(kNow, seconds(1));
    EXPECT_EQ(earliest(soon, Deadline()), soon);
    EXPECT_EQ(earliest(Deadline(), soon), soon);
}

}  // namespace
}  // namespace breakwater
