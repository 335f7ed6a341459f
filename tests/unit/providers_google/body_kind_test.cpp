#include "providers/google/body_kind.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

BodyKind kind(std::string_view bytes, std::string_view content_type = "") {
    return body_kind(bytes, content_type);
}

TEST(BodyKind, IsToldByTheFirstByte) {
    EXPECT_EQ(kind("\r\n {\"a\""), BodyKind::whole);
    EXPECT_EQ(kind("[", "text/event-stream"), BodyKind::whole);
    EXPECT_EQ(kind("data: {}", "application/json"), BodyKind::events);
    EXPECT_EQ(kind(": ping"), BodyKind::events);
    EXPECT_EQ(kind("<html>"), BodyKind::markup);
    EXPECT_EQ(kind(" \n"), BodyKind::unknown);
    EXPECT_EQ(kind("Sorry"), BodyKind::other);
    EXPECT_EQ(kind("x-field: 1", "text/event-stream; charset=utf-8"), BodyKind::events);
}

TEST(BodyKind, SkipsTheSpaceBefore) {
    std::string_view bytes = " \n{}";
    body_kind(bytes, "");
    EXPECT_EQ(bytes, "{}");
}

}  // namespace
}  // namespace breakwater
