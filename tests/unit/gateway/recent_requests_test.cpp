#include "gateway/recent_requests.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

void put(RecentRequests& recent, const std::string& id, const std::string& line) {
    recent.put(id, line, {});
}

std::string line_in(const RecentRequests& recent, const std::string& id) {
    const auto found = recent.find(id);
    return found ? found->line : std::string();
}

TEST(RecentRequests, FindsTheNewestOfAnId) {
    RecentRequests recent;
    EXPECT_FALSE(recent.find("a"));
    EXPECT_FALSE(recent.find(""));
    put(recent, "a", "1");
    put(recent, "b", "2");
    put(recent, "a", "3");
    EXPECT_EQ(line_in(recent, "a"), "3");
    EXPECT_EQ(line_in(recent, "b"), "2");
}

TEST(RecentRequests, ForgetsTheOldest) {
    RecentRequests recent;
    for (std::size_t i = 0; i <= RecentRequests::kKept; ++i) put(recent, std::to_string(i), "line");
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
        put(recent, std::to_string(i), line_of(i, kSize));
        for (std::size_t back = 0; back < kFitting && i - back >= 1000; back += 7)
            ASSERT_EQ(line_in(recent, std::to_string(i - back)), line_of(i - back, kSize)) << i << " less " << back;
        EXPECT_FALSE(recent.find(std::to_string(i - kFitting - 2)));
    }
}

TEST(RecentRequests, TakesWhatFitsExactlyAndNothingLonger) {
    RecentRequests recent;
    put(recent, "short", "line");
    put(recent, "a", line_of(0, RecentRequests::kBytes));
    EXPECT_FALSE(recent.find("a"));
    EXPECT_EQ(line_in(recent, "short"), "line");
    put(recent, "b", line_of(1, RecentRequests::kBytes - 1));
    EXPECT_EQ(line_in(recent, "b"), line_of(1, RecentRequests::kBytes - 1));
    EXPECT_FALSE(recent.find("short"));
}

}  // namespace
}  // namespace breakwater
