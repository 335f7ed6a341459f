#include "gateway/recent_requests.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

void put(RecentRequests& recent, const std::string& id, const std::string& line) {
    EXPECT_EQ(recent.put(id, {}, [&line](std::string& out) { out += line; }), line);
}

TEST(RecentRequests, FindsTheNewestOfAnId) {
    RecentRequests recent;
    EXPECT_FALSE(recent.find("a"));
    EXPECT_FALSE(recent.find(""));
    put(recent, "a", "1");
    put(recent, "b", "2");
    put(recent, "a", "3");
    EXPECT_EQ(recent.find("a")->line, "3");
    EXPECT_EQ(recent.find("b")->line, "2");
}

TEST(RecentRequests, ForgetsTheOldest) {
    RecentRequests recent;
    for (std::size_t i = 0; i <= RecentRequests::kKept; ++i) put(recent, std::to_string(i), "line");
    EXPECT_FALSE(recent.find("0"));
    EXPECT_TRUE(recent.find("1"));
    EXPECT_TRUE(recent.find(std::to_string(RecentRequests::kKept)));
}

TEST(RecentRequests, GivesBackTheRoomOfALongLine) {
    RecentRequests recent;
    put(recent, "long", std::string(1u << 20, 'x'));
    for (std::size_t i = 0; i < RecentRequests::kKept; ++i) put(recent, "short", "line");
    EXPECT_FALSE(recent.find("long"));
    EXPECT_EQ(recent.find("short")->line, "line");
}

}  // namespace
}  // namespace breakwater
