#include "gateway/recent_requests.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

TEST(RecentRequests, FindsTheNewestOfAnId) {
    RecentRequests recent;
    EXPECT_FALSE(recent.find("a"));
    EXPECT_FALSE(recent.find(""));
    recent.put("a", "1");
    recent.put("b", "2");
    recent.put("a", "3");
    EXPECT_EQ(recent.find("a"), "3");
    EXPECT_EQ(recent.find("b"), "2");
}

TEST(RecentRequests, ForgetsTheOldest) {
    RecentRequests recent;
    for (std::size_t i = 0; i <= RecentRequests::kKept; ++i) recent.put(std::to_string(i), "line");
    EXPECT_FALSE(recent.find("0"));
    EXPECT_TRUE(recent.find("1"));
    EXPECT_TRUE(recent.find(std::to_string(RecentRequests::kKept)));
}

/// A line that says which one it is in every byte.
std::string line_of(std::size_t number, std::size_t size) {
    return std::string(size, static_cast<char>('a' + number % 26));
}

TEST(RecentRequests, KeepsLinesWholeWhenTheRoomIsUsedAgain) {
    RecentRequests recent;
    constexpr std::size_t kSize = 10'007;  // divides nothing, so that lines meet the end of the room at every place
    constexpr std::size_t kFitting = RecentRequests::kBytes / (kSize + 4) - 1;
    for (std::size_t i = 1000; i < 2000; ++i) {
        recent.put(std::to_string(i), line_of(i, kSize));
        for (std::size_t back = 0; back < kFitting && i - back >= 1000; back += 7)
            ASSERT_EQ(recent.find(std::to_string(i - back)), line_of(i - back, kSize)) << i << " less " << back;
        EXPECT_FALSE(recent.find(std::to_string(i - kFitting - 2)));
    }
}

TEST(RecentRequests, TakesWhatFitsExactlyAndNothingLonger) {
    RecentRequests recent;
    recent.put("short", "line");
    recent.put("a", line_of(0, RecentRequests::kBytes));
    EXPECT_FALSE(recent.find("a"));
    EXPECT_EQ(recent.find("short"), "line");
    recent.put("b", line_of(1, RecentRequests::kBytes - 1));
    EXPECT_EQ(recent.find("b"), line_of(1, RecentRequests::kBytes - 1));
    EXPECT_FALSE(recent.find("short"));
}

}  // namespace
}  // namespace breakwater
