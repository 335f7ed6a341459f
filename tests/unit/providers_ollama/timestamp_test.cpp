#include "providers/ollama/timestamp.hpp"

#include <gtest/gtest.h>

namespace breakwater::ollama {
namespace {

TEST(OllamaTimestamp, ReadsUtcAndOffsets) {
    EXPECT_EQ(parse_timestamp("1970-01-01T00:00:00Z"), 0);
    EXPECT_EQ(parse_timestamp("2026-08-17T08:22:52.061545Z"), 1786954972);
    EXPECT_EQ(parse_timestamp("2026-08-17T10:22:52+02:00"), 1786954972);
    EXPECT_EQ(parse_timestamp("2026-08-17T00:52:52.1-07:30"), 1786954972);
}

TEST(OllamaTimestamp, KnowsWhatIsNone) {
    for (const char* text : {"", "2026", "2026-08-17", "2026-08-17 08:22:52Z", "2026-13-17T08:22:52Z",
                             "2026-02-30T08:22:52Z", "2026-08-17T24:22:52Z", "2026-08-17T08:22:52",
                             "2026-08-17T08:22:52+0200", "2026-08-17T08:22:52Zz", "2026-08-1xT08:22:52Z"}) {
        EXPECT_EQ(parse_timestamp(text), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace breakwater::ollama
