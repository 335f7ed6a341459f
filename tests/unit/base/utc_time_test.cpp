#include "breakwater/base/utc_time.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

TEST(UtcTime, IsReadToTheSecond) {
    const WallTime expected = WallTime(std::chrono::seconds(1767323045));
    EXPECT_EQ(parse_utc_time("2026-01-02T03:04:05Z"), expected);
    EXPECT_EQ(parse_utc_time("2026-01-02T03:04:05.123Z"), expected);
}

TEST(UtcTime, IsNothingElse) {
    for (const char* text : {"", "2026-01-02", "2026-01-02T03:04:05", "2026-13-02T03:04:05Z", "2026-01-02T24:04:05Z",
                             "2026-01-02T03:04:05+00Z", "2026-01-02T03:04:05.Z1Z", "2026-01-02 03:04:05Z",
                             "0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "9999-12-31T23:59:59Z"}) {
        EXPECT_FALSE(parse_utc_time(text)) << text;
    }
}

}  // namespace
}  // namespace breakwater
