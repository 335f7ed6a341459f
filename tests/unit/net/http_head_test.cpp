#include "net/http_head.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "response_head.hpp"

namespace breakwater {
namespace {

std::string response(const std::string& lines) {
    return "HTTP/1.1 200 OK\r\n" + lines + "\r\n";
}

TEST(ParseResponseHead, ReadsStatusHeadersAndFraming) {
    const auto parsed =
        test::parse_response_head(response("Content-Type: application/json\r\nContent-Length: 12\r\n") + "body");
    ASSERT_TRUE(parsed && *parsed);
    EXPECT_EQ((*parsed)->head.status, 200);
    EXPECT_EQ((*parsed)->head.headers.get("content-type"), "application/json");
    EXPECT_EQ((*parsed)->content_length, 12u);
    EXPECT_TRUE((*parsed)->keep_alive);
    EXPECT_FALSE((*parsed)->chunked);
}

TEST(ParseResponseHead, SaysNothingBeforeTheEndOfTheHead) {
    const std::string head = response("Transfer-Encoding: chunked\r\nX-A: b\r\n");
    for (std::size_t cut = 0; cut < head.size(); ++cut) {
        const auto parsed = test::parse_response_head(head.substr(0, cut));
        ASSERT_TRUE(parsed) << "cut at " << cut << ": " << parsed.error().message;
        EXPECT_FALSE(*parsed) << "cut at " << cut;
    }
    const auto whole = test::parse_response_head(head);
    ASSERT_TRUE(whole && *whole);
    EXPECT_EQ((*whole)->head_bytes, head.size());
    EXPECT_TRUE((*whole)->chunked);
}

TEST(ParseResponseHead, TakesAStatusLineWithoutReason) {
    for (const std::string line : {"HTTP/1.1 503 \r\n", "HTTP/1.1 503\r\n"}) {
        const auto parsed = test::parse_response_head(line + "Content-Length: 0\r\n\r\n");
        ASSERT_TRUE(parsed && *parsed) << line;
        EXPECT_EQ((*parsed)->head.status, 503);
    }
}

TEST(ParseResponseHead, KnowsWhenTheConnectionEnds) {
    const auto keeps = [](const std::string& head) { return (*test::parse_response_head(head))->keep_alive; };
    EXPECT_TRUE(keeps(response("Connection: keep-alive\r\n")));
    EXPECT_FALSE(keeps(response("Connection: close\r\n")));
    EXPECT_FALSE(keeps(response("Connection: foo, Close\r\n")));
    EXPECT_FALSE(keeps("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n"));
}

// What two readers could frame differently must not come near a connection that is used again.
TEST(ParseResponseHead, KnowsWhetherTheBodyIsCoded) {
    const auto coded = [](const std::string& lines) { return (*test::parse_response_head(response(lines)))->coded; };
    EXPECT_FALSE(coded("Content-Length: 2\r\n"));
    EXPECT_FALSE(coded("Content-Encoding: Identity\r\n"));
    EXPECT_FALSE(coded("Content-Encoding:\r\n"));
    EXPECT_TRUE(coded("Content-Encoding: gzip\r\n"));
    EXPECT_TRUE(coded("content-encoding: identity, br\r\n"));
    EXPECT_TRUE(coded("Content-Encoding: x-new\r\nContent-Encoding: identity\r\n"));
}

TEST(ParseResponseHead, RefusesAmbiguousFraming) {
    const std::vector<std::string> heads{
        response("Content-Length: 5\r\nContent-Length: 5\r\n"),
        response("Content-Length: 5\r\nContent-Length: 6\r\n"),
        response("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
        response("Content-Length: -5\r\n"),
        response("Content-Length: 5,5\r\n"),
        response("Content-Length: x\r\n"),
        response("Transfer-Encoding: gzip\r\n"),
        response("Transfer-Encoding: gzip, chunked\r\n"),
        response("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    };
    for (const std::string& head : heads) {
        const auto parsed = test::parse_response_head(head);
        ASSERT_FALSE(parsed) << head;
        EXPECT_EQ(parsed.error().kind, ErrorKind::upstream_invalid);
    }
}

TEST(ParseResponseHead, RefusesWhatIsNotHttp) {
    for (const std::string head :
         {"SSH-2.0-OpenSSH_9", "<html><body>", "HTTQ/1.1 200 OK\r\n\r\n", "HTTP/2 200\r\n\r\n",
          "HTTP/1.1 abc OK\r\n\r\n", "HTTP/1.1 99999 OK\r\n\r\n", "\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"}) {
        const auto parsed = test::parse_response_head(head);
        ASSERT_FALSE(parsed) << head;
        EXPECT_EQ(parsed.error().kind, ErrorKind::upstream_invalid);
    }
}

TEST(ParseResponseHead, BoundsTheHead) {
    const std::string endless = "HTTP/1.1 200 OK\r\nX-A: " + std::string(2000, 'x');
    EXPECT_TRUE(test::parse_response_head(endless, 64u << 10));
    EXPECT_FALSE(test::parse_response_head(endless, 1000));
    EXPECT_FALSE(test::parse_response_head(endless + "\r\n\r\n", 1000));
}

TEST(ParseResponseHead, BoundsAHeadThatFoldsAndNeverEnds) {
    std::string head = "HTTP/1.1 200 OK\r\nX-A: a\r\n b\r\n";
    EXPECT_TRUE(test::parse_response_head(head, 1000));
    while (head.size() < 1000) head += "X-B: b\r\n";
    const auto parsed = test::parse_response_head(head, 1000);
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().kind, ErrorKind::upstream_invalid);
}

TEST(ParseResponseHead, JoinsFoldedLines) {
    const auto parsed = test::parse_response_head(response("X-A: one\r\n  two\r\n\t\r\nX-B: 2\r\n"));
    ASSERT_TRUE(parsed && *parsed);
    EXPECT_TRUE((*parsed)->head.headers.get("x-a").starts_with("one "));
    EXPECT_TRUE((*parsed)->head.headers.get("x-a").ends_with(" two"));
    EXPECT_EQ((*parsed)->head.headers.get("x-b"), "2");
}

TEST(ParseResponseHead, RefusesBrokenLines) {
    for (const std::string lines : {"X-A: a\nX-B: b\r\n", "X-A: a\rb\r\n", "X-A : a\r\n", "no colon\r\n", ": a\r\n",
                                    "X-A: a\x01\r\n", "X A: a\r\n"}) {
        const auto parsed = test::parse_response_head(response(lines));
        ASSERT_FALSE(parsed) << lines;
        EXPECT_EQ(parsed.error().kind, ErrorKind::upstream_invalid);
    }
    EXPECT_FALSE(test::parse_response_head("HTTP/1.1 200 OK\r\n folded first\r\n\r\n"));
    EXPECT_FALSE(test::parse_response_head(response("Content-Length: 1\r\n 2\r\n")));
    EXPECT_FALSE(test::parse_response_head(response("Transfer-Encoding: chunked,\r\n chunked\r\n")));
}

TEST(ReasonPhrase, IsThereForEveryStatusThatIsSent) {
    for (const int status :
         {200, 400, 401, 403, 404, 405, 408, 413, 415, 417, 422, 429, 431, 500, 501, 502, 503, 504, 505}) {
        EXPECT_FALSE(reason_phrase(status).empty()) << status;
        EXPECT_EQ(reason_phrase(status).find('<'), std::string_view::npos) << status;
    }
}

}  // namespace
}  // namespace breakwater
