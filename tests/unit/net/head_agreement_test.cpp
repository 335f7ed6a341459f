// Two readers of one head must not disagree: what is accepted here, Beast accepts too, and reads the same out of it.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "beast_head.hpp"
#include "net/request_guard.hpp"
#include "response_head.hpp"

namespace breakwater {
namespace {

const std::vector<std::string> kRequests{
    "POST /v1/chat/completions HTTP/1.1\r\nHost: a:80\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n",
    "GET /v1/models?x=1 HTTP/1.1\r\nhost: [::1]\r\nX-A:\r\nX-B: a\tb \r\nConnection: keep-alive, Close\r\n\r\n",
    "GET http://a/v1/models HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n"};
const std::vector<std::string> kResponses{
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\nX-Request-Id: req_1\r\n\r\n",
    "HTTP/1.1 429 Too Many Requests\r\nTransfer-Encoding: chunked\r\nRetry-After: 1\r\nX-A: \xc3\xa9\r\n\r\n",
    "HTTP/1.0 503 \r\nConnection: close\r\nX-A: one\r\n two\r\n\r\n"};

/// Bytes that mean something in a head, and some that must not be there.
constexpr std::string_view kBytes("\r\n\0\t :;,/.%0159aZ\x7f\x80\x01", 21);

/// One to three bytes of `head` replaced, taken out or put in.
std::string mutated(std::string head, std::mt19937& random) {
    const auto below = [&](std::size_t end) { return std::uniform_int_distribution<std::size_t>(0, end - 1)(random); };
    for (std::size_t change = 0; change <= below(3); ++change) {
        const std::size_t at = below(head.size());
        const char byte = kBytes[below(kBytes.size())];
        switch (below(3)) {
            case 0:
                head[at] = byte;
                break;
            case 1:
                head.erase(at, 1 + below(3));
                break;
            default:
                head.insert(at, 1, byte);
        }
        if (head.empty()) head = "G";
    }
    return head;
}

std::vector<std::pair<std::string, std::string>> fields_of(const Headers& headers) {
    std::vector<std::pair<std::string, std::string>> fields;
    for (const auto& [name, value] : headers.fields()) fields.emplace_back(name, value);
    return fields;
}

/// Folds may be read as any number of blanks.
std::vector<std::pair<std::string, std::string>> with_single_blanks(
    std::vector<std::pair<std::string, std::string>> fields) {
    for (auto& [name, value] : fields) {
        const auto both_blank = [](char a, char b) { return a == ' ' && b == ' '; };
        std::ranges::replace(value, '\t', ' ');
        value.erase(std::ranges::unique(value, both_blank).begin(), value.end());
    }
    return fields;
}

constexpr int kRounds = 20'000;

TEST(HeadAgreement, BeastReadsTheSameOfAcceptedRequests) {
    std::mt19937 random(1);
    int accepted = 0;
    for (int i = 0; i < kRounds; ++i) {
        const std::string head = mutated(kRequests[static_cast<std::size_t>(i) % kRequests.size()], random);
        const GuardVerdict verdict = check_request_head(head, {});
        if (verdict.kind != GuardVerdict::Kind::accepted) continue;
        ++accepted;
        const test::BeastHead<true> beast(std::string_view(head).substr(0, verdict.framing.head_bytes));
        ASSERT_TRUE(beast.valid) << head;
        EXPECT_EQ(verdict.request.method, beast.method) << head;
        EXPECT_EQ(verdict.request.target, beast.target) << head;
        EXPECT_EQ(fields_of(verdict.request.headers), beast.fields) << head;
    }
    EXPECT_GT(accepted, kRounds / 20);
}

TEST(HeadAgreement, BeastReadsTheSameOfAcceptedResponses) {
    std::mt19937 random(2);
    int accepted = 0;
    for (int i = 0; i < kRounds; ++i) {
        const std::string head = mutated(kResponses[static_cast<std::size_t>(i) % kResponses.size()], random);
        const auto parsed = test::parse_response_head(head);
        if (!parsed || !*parsed) continue;
        // Beast insists on the blank before an absent reason.
        if (head.find('\r') == std::string_view("HTTP/1.1 503").size()) continue;
        ++accepted;
        const test::BeastHead<false> beast(std::string_view(head).substr(0, (*parsed)->head_bytes));
        ASSERT_TRUE(beast.valid) << head;
        EXPECT_EQ((*parsed)->head.status, beast.status) << head;
        EXPECT_EQ(with_single_blanks(fields_of((*parsed)->head.headers)), with_single_blanks(beast.fields)) << head;
    }
    EXPECT_GT(accepted, kRounds / 20);
}

}  // namespace
}  // namespace breakwater
