#include "net/request_guard.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace breakwater {
namespace {

using Kind = GuardVerdict::Kind;
using namespace std::string_literals;

/// A head with one more line: "Host: a" and `lines`.
std::string post(const std::string& lines) {
    return "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n";
}

struct Case {
    const char* name;
    std::string head;
    Kind kind;
    int status;
};

std::vector<Case> accepted_heads() {
    return {
        {"Plain", post("Content-Length: 5\r\n"), Kind::accepted, 0},
        {"Chunked", post("Transfer-Encoding: chunked\r\n"), Kind::accepted, 0},
        {"ChunkedInAnyCase", post("transfer-encoding:  CHUNKED \r\n"), Kind::accepted, 0},
        {"ValueWithTab", post("X-A: a\tb\r\n"), Kind::accepted, 0},
        {"ValueWithHighBytes", post("X-A: \xc3\xa9\r\n"), Kind::accepted, 0},
        {"EmptyValue", post("X-A:\r\n"), Kind::accepted, 0},
        {"UnderscoreName", post("x_a: 1\r\n"), Kind::accepted, 0},
        {"AbsoluteTarget", "GET http://a/v1/models HTTP/1.1\r\nHost: A\r\n\r\n", Kind::accepted, 0},
        {"AbsoluteTargetWithQuery", "GET http://a?x HTTP/1.1\r\nHost: a\r\n\r\n", Kind::accepted, 0},
        {"Put", "PUT / HTTP/1.1\r\nHost: a\r\n\r\n", Kind::accepted, 0},
        {"Patch", "PATCH / HTTP/1.1\r\nHost: a\r\n\r\n", Kind::accepted, 0},
        {"Http10WithoutHost", "GET / HTTP/1.0\r\n\r\n", Kind::accepted, 0},
        {"UpgradeIsIgnored", post("Connection: Upgrade\r\nUpgrade: h2c\r\n"), Kind::accepted, 0},
        {"Ipv6Host", "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", Kind::accepted, 0},
        {"Expect", post("Content-Length: 5\r\nExpect: 100-Continue\r\n"), Kind::accepted, 0},
    };
}

// Each of these makes some pair of servers disagree about where a request ends, or about what it is.
std::vector<Case> refused_heads() {
    return {
        {"LengthAndChunked", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), Kind::refused, 400},
        {"ChunkedAndLength", post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), Kind::refused, 400},
        {"TwoLengths", post("Content-Length: 5\r\nContent-Length: 6\r\n"), Kind::refused, 400},
        {"TwoEqualLengths", post("Content-Length: 5\r\nContent-Length: 5\r\n"), Kind::refused, 400},
        {"LengthList", post("Content-Length: 5, 5\r\n"), Kind::refused, 400},
        {"LengthWithPlus", post("Content-Length: +5\r\n"), Kind::refused, 400},
        {"LengthNegative", post("Content-Length: -5\r\n"), Kind::refused, 400},
        {"LengthHex", post("Content-Length: 0x5\r\n"), Kind::refused, 400},
        {"LengthWithInnerBlank", post("Content-Length: 5 5\r\n"), Kind::refused, 400},
        {"LengthEmpty", post("Content-Length:\r\n"), Kind::refused, 400},
        {"LengthOverflow", post("Content-Length: 99999999999999999999\r\n"), Kind::refused, 400},
        {"ConnectionNoList", post("Connection: keep-/alive\r\n"), Kind::refused, 400},
        {"UnknownCoding", post("Transfer-Encoding: gzip\r\n"), Kind::refused, 400},
        {"ChunkedNotLast", post("Transfer-Encoding: chunked, gzip\r\n"), Kind::refused, 400},
        {"GzipThenChunked", post("Transfer-Encoding: gzip, chunked\r\n"), Kind::refused, 400},
        {"ChunkedTwiceInOne", post("Transfer-Encoding: chunked, chunked\r\n"), Kind::refused, 400},
        {"ChunkedTwice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), Kind::refused, 400},
        {"ChunkedAndIdentity", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"), Kind::refused,
         400},
        {"CodingWithPrefix", post("Transfer-Encoding: xchunked\r\n"), Kind::refused, 400},
        {"CodingWithParameter", post("Transfer-Encoding: chunked;a=b\r\n"), Kind::refused, 400},
        {"CodingQuoted", post("Transfer-Encoding: \"chunked\"\r\n"), Kind::refused, 400},
        {"CodingWithVerticalTab", post("Transfer-Encoding: \vchunked\r\n"), Kind::refused, 400},
        {"CodingEmpty", post("Transfer-Encoding:\r\n"), Kind::refused, 400},
        {"ChunkedInHttp10", "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", Kind::refused, 400},
        {"BlankBeforeColon", post("Transfer-Encoding : chunked\r\n"), Kind::refused, 400},
        {"TabBeforeColon", post("Content-Length\t: 5\r\n"), Kind::refused, 400},
        {"FoldedLine", post("X-A: b\r\n Transfer-Encoding: chunked\r\n"), Kind::refused, 400},
        {"FoldedFirstLine", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", Kind::refused, 400},
        {"FoldedWithTab", post("X-A: b\r\n\tc\r\n"), Kind::refused, 400},
        {"NameEndsInNul", post("Transfer-Encoding\0: chunked\r\n"s), Kind::refused, 400},
        {"NameWithHighByte", post("Content-Length\xe9: 5\r\n"), Kind::refused, 400},
        {"NameWithBracket", post("(X): 5\r\n"), Kind::refused, 400},
        {"NameEmpty", post(": 5\r\n"), Kind::refused, 400},
        {"NoColon", post("Content-Length 5\r\n"), Kind::refused, 400},
        {"ValueWithNul", post("X-A: b\0c\r\n"s), Kind::refused, 400},
        {"ValueWithBareCr", post("X-A: b\rTransfer-Encoding: chunked\r\n"), Kind::refused, 400},
        {"ValueWithBareLf", post("X-A: b\nTransfer-Encoding: chunked\r\n"), Kind::refused, 400},
        {"ValueWithEscape", post("X-A: \x1b[2J\r\n"), Kind::refused, 400},
        {"ValueWithDelete", post("X-A: \x7f\r\n"), Kind::refused, 400},
        {"BareLfLines", "GET / HTTP/1.1\nHost: a\n\n", Kind::refused, 400},
        {"BareLfEnd", "GET / HTTP/1.1\r\nHost: a\r\n\n", Kind::refused, 400},
        {"CrCrLf", "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n", Kind::refused, 400},
        {"LeadingEmptyLine", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", Kind::refused, 400},
        {"NoHost", "GET / HTTP/1.1\r\n\r\n", Kind::refused, 400},
        {"TwoHosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", Kind::refused, 400},
        {"TwoEqualHosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", Kind::refused, 400},
        {"EmptyHost", "GET / HTTP/1.1\r\nHost:\r\n\r\n", Kind::refused, 400},
        {"HostWithPath", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", Kind::refused, 400},
        {"HostWithUser", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", Kind::refused, 400},
        {"HostWithBlank", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", Kind::refused, 400},
        {"HostList", "GET / HTTP/1.1\r\nHost: a,b\r\n\r\n", Kind::refused, 400},
        {"AbsoluteTargetOfOther", "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", Kind::refused, 400},
        {"AbsoluteTargetWithUser", "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n", Kind::refused, 400},
        {"TargetWithoutSlash", "GET v1/models HTTP/1.1\r\nHost: a\r\n\r\n", Kind::refused, 400},
        {"TargetWithHighByte", "GET /\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n", Kind::refused, 400},
        {"TargetWithNul", "GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n"s, Kind::refused, 400},
        {"TargetWithBlank", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", Kind::refused, 400},
        {"TwoBlanks", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", Kind::refused, 400},
        {"NoTarget", "GET HTTP/1.1\r\nHost: a\r\n\r\n", Kind::refused, 400},
        {"Http09", "GET /\r\n\r\n", Kind::refused, 400},
        {"BlankBeforeMethod", " GET / HTTP/1.1\r\nHost: a\r\n\r\n", Kind::refused, 400},
        {"TabInRequestLine", "GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n", Kind::refused, 400},
        {"LowerCaseVersion", "GET / http/1.1\r\nHost: a\r\n\r\n", Kind::refused, 400},
        {"Http12", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", Kind::refused, 505},
        {"Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Kind::refused, 505},
        {"Http11WithZero", "GET / HTTP/1.10\r\nHost: a\r\n\r\n", Kind::refused, 505},
        {"Connect", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", Kind::refused, 405},
        {"Trace", "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", Kind::refused, 405},
        {"LowerCaseMethod", "get / HTTP/1.1\r\nHost: a\r\n\r\n", Kind::refused, 501},
        {"UnknownMethod", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n", Kind::refused, 501},
        {"MethodNoToken", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n", Kind::refused, 400},
        {"OtherExpectation", post("Expect: 200-ok\r\n"), Kind::refused, 417},
        {"TlsHello", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n"s, Kind::refused, 400},
    };
}

class Accepted : public testing::TestWithParam<Case> {};
class Refused : public testing::TestWithParam<Case> {};

TEST_P(Accepted, HeadIsAcceptedWholeAndNoPrefixOfIt) {
    const std::string& head = GetParam().head;
    const GuardVerdict whole = check_request_head(head + "{\"body\"", {});
    ASSERT_EQ(whole.kind, Kind::accepted) << whole.reason;
    EXPECT_EQ(whole.framing.head_bytes, head.size());
    for (std::size_t cut = 0; cut < head.size(); ++cut) {
        EXPECT_EQ(check_request_head(head.substr(0, cut), {}).kind, Kind::incomplete) << "cut at " << cut;
    }
}

TEST_P(Refused, HeadIsRefusedAndNoPrefixOfItAccepted) {
    const std::string& head = GetParam().head;
    const GuardVerdict whole = check_request_head(head, {});
    ASSERT_EQ(whole.kind, Kind::refused);
    EXPECT_EQ(whole.status, GetParam().status) << whole.reason;
    EXPECT_FALSE(whole.reason.empty());
    for (std::size_t cut = 0; cut < head.size(); ++cut) {
        EXPECT_NE(check_request_head(head.substr(0, cut), {}).kind, Kind::accepted) << "cut at " << cut;
    }
}

const auto kCaseName = [](const testing::TestParamInfo<Case>& info) { return std::string(info.param.name); };
INSTANTIATE_TEST_SUITE_P(RequestGuard, Accepted, testing::ValuesIn(accepted_heads()), kCaseName);
INSTANTIATE_TEST_SUITE_P(RequestGuard, Refused, testing::ValuesIn(refused_heads()), kCaseName);

TEST(RequestGuard, ReadsTheFraming) {
    const GuardVerdict sized = check_request_head(post("content-length: 007\r\nExpect: 100-continue\r\n"), {});
    EXPECT_EQ(sized.framing.content_length, 7u);
    EXPECT_TRUE(sized.framing.expect_continue);
    EXPECT_TRUE(sized.framing.keep_alive);
    EXPECT_FALSE(sized.framing.chunked);
    EXPECT_TRUE(check_request_head(post("Transfer-Encoding: chunked\r\n"), {}).framing.chunked);
    EXPECT_FALSE(check_request_head(post("Connection: x, Close\r\n"), {}).framing.keep_alive);
}

TEST(RequestGuard, KeepsNothingOfWhatItRefuses) {
    const GuardVerdict verdict = check_request_head("GET /" + std::string(9000, 'x') + " HTTP/1.1\r\nbad line\r\n", {});
    ASSERT_EQ(verdict.kind, Kind::refused);
    EXPECT_LT(verdict.request.target.capacity(), 100u);
    EXPECT_EQ(verdict.request.headers.size(), 0u);
}

// A 1.0 client does not know interim answers (RFC 9110, 10.1.1), and its connection ends with the answer.
TEST(RequestGuard, KeepsHttp10Simple) {
    const std::string head =
        "POST / HTTP/1.0\r\nConnection: keep-alive\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n";
    const GuardVerdict verdict = check_request_head(head, {});
    ASSERT_EQ(verdict.kind, Kind::accepted);
    EXPECT_TRUE(verdict.framing.http_1_0);
    EXPECT_FALSE(verdict.framing.keep_alive);
    EXPECT_FALSE(verdict.framing.expect_continue);
}

TEST(RequestGuard, CountsFieldsAndBytes) {
    const HeadLimits limits{.bytes = 200, .fields = 3};
    EXPECT_EQ(check_request_head(post("A: 1\r\nB: 2\r\n"), limits).kind, Kind::accepted);
    EXPECT_EQ(check_request_head(post("A: 1\r\nB: 2\r\nC: 3\r\n"), limits).status, 431);
    EXPECT_EQ(check_request_head(post("A: " + std::string(200, 'x') + "\r\n"), limits).status, 431);
    // A line that never ends is refused before its end.
    EXPECT_EQ(check_request_head("GET /" + std::string(200, 'x'), limits).status, 431);
}

TEST(RequestGuard, DoesNotCountTheBodyAsHead) {
    const HeadLimits limits{.bytes = 200, .fields = 3};
    const std::string head = post("Content-Length: 9999\r\n");
    EXPECT_EQ(check_request_head(head + std::string(9999, 'x'), limits).kind, Kind::accepted);
}

TEST(RequestGuard, LeavesPipelinedBytesAlone) {
    const std::string first = "GET /v1/models HTTP/1.1\r\nHost: a\r\n\r\n";
    const GuardVerdict verdict = check_request_head(first + "NOT HTTP\n\n", {});
    ASSERT_EQ(verdict.kind, Kind::accepted);
    EXPECT_EQ(verdict.framing.head_bytes, first.size());
}

TEST(RequestGuard, HandsOnWhatItHasRead) {
    const GuardVerdict verdict =
        check_request_head("POST /v1/x?y=%20 HTTP/1.1\r\nHost: a\r\nX-A:  1 \r\nx-a: 2\r\n\r\nbody", {});
    ASSERT_EQ(verdict.kind, Kind::accepted);
    EXPECT_EQ(verdict.request.method, "POST");
    EXPECT_EQ(verdict.request.target, "/v1/x?y=%20");
    ASSERT_EQ(verdict.request.headers.size(), 3u);
    EXPECT_EQ(verdict.request.headers[1], (Headers::Field{"X-A", "1"}));
    EXPECT_EQ(verdict.request.headers.count("X-A"), 2u);
    EXPECT_TRUE(verdict.request.body.empty());
}

}  // namespace
}  // namespace breakwater
