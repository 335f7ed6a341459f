#include "net/response_writer.hpp"

#include <gtest/gtest.h>

#include <string>

#include "response_head.hpp"

namespace breakwater {
namespace {

using namespace std::string_literals;

HttpResponseHead head_with(const std::string& name, const std::string& value) {
    HttpResponseHead head;
    head.headers.add("X-First", "1");
    head.headers.add(name, value);
    head.headers.add("X-Last", "2");
    return head;
}

TEST(ResponseWriter, WritesStatusFieldsAndFraming) {
    EXPECT_EQ(write_response_head(head_with("A", "b"), {.length = 5}),
              "HTTP/1.1 200 OK\r\nX-First: 1\r\nA: b\r\nX-Last: 2\r\nContent-Length: 5\r\n\r\n");
    const std::string chunked = write_response_head({}, {.chunked = true, .close = true});
    EXPECT_EQ(chunked, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
}

// Provider names, model names and adapted fields become header values; none of them may become a header or a body.
TEST(ResponseWriter, LeavesOutWhatCouldEndALine) {
    const std::string without = write_response_head(head_with("A", ""), {.length = 0});
    const std::string expected = "HTTP/1.1 200 OK\r\nX-First: 1\r\nX-Last: 2\r\nContent-Length: 0\r\n\r\n";
    ASSERT_NE(without, expected);
    for (const std::string& value : {"a\r\nSet-Cookie: x"s, "a\nb"s, "a\rb"s, "a\0b"s, "\r\n\r\n<html>"s, "\x1b[2J"s}) {
        EXPECT_EQ(write_response_head(head_with("A", value), {.length = 0}), expected);
    }
    for (const std::string& name : {""s, "A B"s, "A\r\nB"s, "A:"s, "\xe9"s}) {
        EXPECT_EQ(write_response_head(head_with(name, "x"), {.length = 0}), expected);
    }
}

TEST(ResponseWriter, IsReadBackByTheResponseParser) {
    const auto parsed =
        test::parse_response_head(write_response_head(head_with("A", "b"), {.length = 7, .close = true}));
    ASSERT_TRUE(parsed && *parsed);
    EXPECT_EQ((*parsed)->content_length, 7u);
    EXPECT_FALSE((*parsed)->keep_alive);
    EXPECT_EQ((*parsed)->head.headers.get("a"), "b");
}

TEST(ResponseWriter, WritesChunkSizesInHex) {
    EXPECT_EQ(chunk_head(1), "1\r\n");
    EXPECT_EQ(chunk_head(500), "1f4\r\n");
    EXPECT_EQ(chunk_head(1u << 20), "100000\r\n");
}

}  // namespace
}  // namespace breakwater
