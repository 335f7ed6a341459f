#include "breakwater/providers/rate_limit_headers.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace breakwater {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kNow{1767323045s};  // 2026-01-02T03:04:05Z

Headers headers_with(const std::vector<Headers::Field>& fields) {
    Headers headers;
    headers.add("content-type", "application/json");
    for (const auto& [name, value] : fields) headers.add(name, value);
    return headers;
}

RateLimitReading read(const std::vector<Headers::Field>& fields) {
    return read_rate_limits(headers_with(fields), kNow);
}

struct Row {
    const char* who;
    std::vector<Headers::Field> headers;
    std::optional<std::int64_t> requests;
    std::optional<Duration> requests_reset;
    std::optional<std::int64_t> tokens;
    std::optional<Duration> tokens_reset;
};

TEST(RateLimitHeaders, TakeNoDateThatTheClockCannotHold) {
    for (const char* date : {"Fri, 31 Dec 9999 23:59:59 GMT", "Sat, 01 Jan 0000 00:00:00 GMT"}) {
        const RateLimitReading reading = read({{"date", date},
                                               {"x-ratelimit-limit-requests", "60"},
                                               {"x-ratelimit-remaining-requests", "0"},
                                               {"x-ratelimit-reset-requests", "2026-01-02T03:04:35Z"}});
        ASSERT_TRUE(reading.requests.reset.has_value()) << date;
        EXPECT_EQ(*reading.requests.reset, 30s) << date << ": measured from now";
    }
}

TEST(RateLimitHeaders, AreReadInTheFormsOfEachVendor) {
    const std::vector<Row> rows{
        {"OpenAI",
         {{"x-ratelimit-limit-requests", "60"},
          {"x-ratelimit-remaining-requests", "59"},
          {"x-ratelimit-reset-requests", "1s"},
          {"x-ratelimit-limit-tokens", "150000"},
          {"x-ratelimit-remaining-tokens", "149984"},
          {"x-ratelimit-reset-tokens", "6m0s"}},
         59,
         1s,
         149984,
         6min},
        {"Groq",
         {{"X-RateLimit-Remaining-Requests", "14370"},
          {"X-RateLimit-Reset-Requests", "2m59.56s"},
          {"X-RateLimit-Remaining-Tokens", "0"},
          {"X-RateLimit-Reset-Tokens", "120ms"}},
         14370,
         179560ms,
         0,
         120ms},
        {"Azure, which sends -1 for what it does not know",
         {{"x-ratelimit-remaining-requests", "-1"}, {"x-ratelimit-remaining-tokens", "0"}},
         {},
         {},
         0,
         {}},
        {"Anthropic",
         {{"anthropic-ratelimit-requests-limit", "50"},
          {"anthropic-ratelimit-requests-remaining", "0"},
          {"anthropic-ratelimit-requests-reset", "2026-01-02T03:05:05Z"},
          {"anthropic-ratelimit-tokens-remaining", "20000"},
          {"anthropic-ratelimit-tokens-reset", "2026-01-02T03:04:06Z"},
          {"anthropic-ratelimit-input-tokens-remaining", "3000"},
          {"anthropic-ratelimit-input-tokens-reset", "2026-01-02T03:04:09Z"},
          {"anthropic-ratelimit-output-tokens-remaining", "10"},
          {"anthropic-ratelimit-output-tokens-reset", "2026-01-02T03:04:50Z"}},
         0,
         60s,
         3000,
         4s},
        {"Anthropic without output tokens",
         {{"anthropic-ratelimit-output-tokens-remaining", "0"},
          {"anthropic-ratelimit-output-tokens-reset", "2026-01-02T03:04:50Z"}},
         {},
         {},
         0,
         45s},
        {"Cerebras",
         {{"x-ratelimit-remaining-requests-day", "3"},
          {"x-ratelimit-reset-requests-day", "33011.38"},
          {"x-ratelimit-remaining-tokens-minute", "59000"},
          {"x-ratelimit-reset-tokens-minute", "11.5"}},
         3,
         33011380ms,
         59000,
         11500ms},
        {"Mistral, two windows",
         {{"x-ratelimit-remaining-req-minute", "4"},
          {"x-ratelimit-remaining-tokens-minute", "500000"},
          {"x-ratelimit-remaining-tokens-month", "100"}},
         4,
         {},
         100,
         {}},
        {"Together", {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "2"}}, 0, 2s, {}, {}},
        {"OpenRouter, milliseconds since the epoch",
         {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "1767323050500"}},
         0,
         5500ms,
         {},
         {}},
        {"SambaNova, seconds since the epoch",
         {{"x-ratelimit-remaining-requests", "0"}, {"x-ratelimit-reset-requests", "1767323105"}},
         0,
         60s,
         {},
         {}},
        {"the IETF draft", {{"ratelimit-remaining", "7"}, {"ratelimit-reset", "30"}}, 7, 30s, {}, {}},
    };
    for (const Row& row : rows) {
        ASSERT_TRUE(has_rate_limits(headers_with(row.headers))) << row.who;
        const RateLimitReading reading = read(row.headers);
        EXPECT_EQ(reading.requests.remaining, row.requests) << row.who;
        EXPECT_EQ(reading.requests.reset, row.requests_reset) << row.who;
        EXPECT_EQ(reading.tokens.remaining, row.tokens) << row.who;
        EXPECT_EQ(reading.tokens.reset, row.tokens_reset) << row.who;
    }
}

TEST(RateLimitHeaders, TellABucketThatRefillsFromACountThatBeginsAnew) {
    EXPECT_TRUE(
        read({{"x-ratelimit-remaining-requests", "0"}, {"x-ratelimit-reset-requests", "6m0s"}}).requests.refills);
    EXPECT_TRUE(read({{"anthropic-ratelimit-requests-remaining", "0"},
                      {"anthropic-ratelimit-requests-reset", "2026-01-02T03:05:05Z"}})
                    .requests.refills);
    EXPECT_FALSE(read({{"x-ratelimit-remaining-requests-day", "0"}, {"x-ratelimit-reset-requests-day", "50m"}})
                     .requests.refills);
    EXPECT_FALSE(read({{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "60"}}).requests.refills);
}

TEST(RateLimitHeaders, MeasureTimesAgainstTheAnswersOwnDate) {
    const RateLimitReading reading = read({{"date", "Fri, 02 Jan 2026 03:00:00 GMT"},
                                           {"anthropic-ratelimit-requests-remaining", "0"},
                                           {"anthropic-ratelimit-requests-reset", "2026-01-02T03:00:07Z"}});
    EXPECT_EQ(reading.requests.reset, 7s);
}

TEST(RateLimitHeaders, SayNothingWhereTheyCannotBeUnderstood) {
    for (const std::string_view value : {"", "-1", "many", "nan", "inf", "1e999", "0x10", "3 left"}) {
        EXPECT_FALSE(read({{"x-ratelimit-remaining-requests", value}}).requests.remaining) << value;
    }
    for (const std::string_view value : {"", "soon", "-5", "nan", "2026-13-01T00:00:00Z"}) {
        const RateLimitReading reading =
            read({{"x-ratelimit-remaining-requests", "0"}, {"x-ratelimit-reset-requests", value}});
        EXPECT_FALSE(reading.requests.reset) << value;
    }
    // A kind of allowance that is not known, and no part of one.
    EXPECT_FALSE(read({{"x-ratelimit-remaining-images", "0"}}).requests.remaining);
    EXPECT_FALSE(read({{"x-ratelimit-over-limit", "no"}}).requests.remaining);
    EXPECT_FALSE(read({{"x-ratelimit-requests", "0"}}).requests.remaining);
    EXPECT_FALSE(read({{"anthropic-priority-input-tokens-remaining", "0"}}).tokens.remaining);
    const std::string endless = "x-ratelimit-remaining" + std::string(100'000, '-');
    EXPECT_FALSE(read({{endless, "0"}}).requests.remaining);
    EXPECT_EQ(read({{"x-ratelimit-remaining-requests", "1e300"}}).requests.remaining, 1'000'000'000'000'000);
}

TEST(RateLimitHeaders, AreRarelyLookedFor) {
    EXPECT_FALSE(has_rate_limits(headers_with({{"x-request-id", "req_1"},
                                               {"anthropic-organization-id", "o"},
                                               {"access-control-expose-headers", "x-ratelimit-reset"},
                                               {"retry-after", "1"}})));
    EXPECT_FALSE(has_rate_limits({}));
}

}  // namespace
}  // namespace breakwater
