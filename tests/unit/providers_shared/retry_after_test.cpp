#include "providers/shared/retry_after.hpp"

#include <gtest/gtest.h>

#include "breakwater/providers/provider.hpp"

namespace breakwater {
namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

constexpr std::string_view kDate = "Sun, 06 Nov 1994 08:49:37 GMT";

Headers headers_with(std::vector<Headers::Field> fields) {
    Headers headers;
    for (auto& [name, value] : fields) headers.add(name, value);
    return headers;
}

TEST(HttpDate, ReadsAllThreeForms) {
    const WallTime expected = WallTime(784111777s);
    EXPECT_EQ(parse_http_date(kDate), expected);
    EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT"), expected);
    EXPECT_EQ(parse_http_date("Sun Nov  6 08:49:37 1994"), expected);
}

TEST(HttpDate, RefusesWhatIsNoDate) {
    for (const std::string_view text : {"", "soon", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:00:00 GMT",
                                        "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT"}) {
        EXPECT_EQ(parse_http_date(text), std::nullopt) << text;
    }
}

TEST(RetryAfter, PrefersMilliseconds) {
    EXPECT_EQ(parse_retry_after(headers_with({{"retry-after", "3"}, {"retry-after-ms", "1500.2"}}), {}), 1501ms);
}

TEST(RetryAfter, ReadsWholeAndFractionalSeconds) {
    EXPECT_EQ(parse_retry_after(headers_with({{"Retry-After", " 20 "}}), {}), 20s);
    EXPECT_EQ(parse_retry_after(headers_with({{"Retry-After", "0.25"}}), {}), 250ms);
}

TEST(RetryAfter, MeasuresADateAgainstNow) {
    const Headers headers = headers_with({{"retry-after", std::string(kDate)}});
    const WallTime date = *parse_http_date(kDate);
    EXPECT_EQ(parse_retry_after(headers, date - 90s), 90s);
    EXPECT_EQ(parse_retry_after(headers, date + 90s), 0ms);
}

TEST(RetryAfter, MeasuresADateAgainstTheAnswersOwnDate) {
    EXPECT_EQ(
        retry_after_of(headers_with({{"retry-after", "Sun, 06 Nov 1994 08:50:37 GMT"}, {"date", std::string(kDate)}})),
        60s);
    EXPECT_EQ(retry_after_of(headers_with({{"retry-after", std::string(kDate)}})), std::nullopt);
}

TEST(RetryAfter, IgnoresWhatSaysNothing) {
    EXPECT_EQ(parse_retry_after({}, {}), std::nullopt);
    EXPECT_EQ(parse_retry_after(headers_with({{"retry-after", "-5"}}), {}), std::nullopt);
    EXPECT_EQ(parse_retry_after(headers_with({{"retry-after", "later"}}), {}), std::nullopt);
}

TEST(RetryAfter, BoundsHugeWaits) {
    const auto wait = parse_retry_after(headers_with({{"retry-after", "1e300"}}), {});
    ASSERT_TRUE(wait.has_value());
    EXPECT_LE(*wait, std::chrono::hours(24 * 30));
}

TEST(RetryAfter, BoundsDatesBeyondTheClocksRange) {
    constexpr std::string_view kFar = "Fri, 31 Dec 9999 23:59:59 GMT";
    constexpr std::string_view kLongAgo = "Sat, 01 Jan 0000 00:00:00 GMT";
    const WallTime now = *parse_http_date(kDate);
    EXPECT_EQ(parse_retry_after(headers_with({{"retry-after", std::string(kFar)}}), now), std::chrono::hours(24 * 30));
    EXPECT_EQ(parse_retry_after(headers_with({{"retry-after", std::string(kLongAgo)}}), now), 0ms);
    EXPECT_EQ(retry_after_of(headers_with({{"retry-after", std::string(kFar)}, {"date", std::string(kLongAgo)}})),
              std::chrono::hours(24 * 30));
    EXPECT_EQ(retry_after_of(headers_with({{"retry-after", std::string(kLongAgo)}, {"date", std::string(kFar)}})), 0ms);
}

TEST(RetryHint, ReadsTheWaitFromTheMessage) {
    EXPECT_EQ(retry_hint("Please try again in 3.89s."), 3890ms);
    EXPECT_EQ(retry_hint("Please try again in 174ms. Visit"), 174ms);
    EXPECT_EQ(retry_hint("Please try again in 9m38.016s."), 9min + 38016ms);
    EXPECT_EQ(retry_hint("Please retry after 20 seconds."), 20s);
    EXPECT_EQ(retry_hint("Try again in 1 minute"), 1min);
    EXPECT_EQ(retry_hint("Please try again later."), std::nullopt);
    EXPECT_EQ(retry_hint("retry after a while"), std::nullopt);
}

}  // namespace
}  // namespace breakwater
