#include "gateway/request_headers.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

using namespace std::chrono_literals;

Headers headers(std::initializer_list<std::pair<const char*, const char*>> fields) {
    Headers result;
    for (const auto& [name, value] : fields) result.add(name, value);
    return result;
}

TEST(RequestId, TakesOnlyWhatIsSafeInHeadersAndLogs) {
    EXPECT_TRUE(is_request_id("req-1_a.B"));
    EXPECT_TRUE(is_request_id(std::string(128, 'x')));
    for (const std::string& id :
         {std::string(), std::string(129, 'x'), std::string("a b"), std::string("a\"b"), std::string("a\r\nb"),
          std::string("{}"), std::string("\xc3\xa9"), std::string("a\0b", 3)}) {
        EXPECT_FALSE(is_request_id(id)) << id;
    }
}

TEST(JsonBody, TakesJsonAndWhatSaysNothing) {
    EXPECT_TRUE(check_json_body(headers({})));
    for (const char* type : {"application/json", "Application/JSON; charset=utf-8", "application/vnd.api+json", ""}) {
        EXPECT_TRUE(check_json_body(headers({{"Content-Type", type}}))) << type;
    }
    EXPECT_TRUE(check_json_body(headers({{"Content-Encoding", "identity"}})));
}

TEST(JsonBody, RefusesOtherTypesAndCodings) {
    for (const char* type :
         {"text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "application/jsonp"}) {
        const auto checked = check_json_body(headers({{"Content-Type", type}}));
        ASSERT_FALSE(checked) << type;
        EXPECT_EQ(checked.error().kind, ErrorKind::unsupported_media_type);
    }
    EXPECT_FALSE(check_json_body(headers({{"Content-Type", "application/json"}, {"Content-Encoding", "gzip"}})));
}

TEST(ClientHints, IsWithoutEndWhenNobodySaysOtherwise) {
    const ClientHints hints = client_hints(headers({}), true);
    EXPECT_EQ(hints.total, Duration::max());
    EXPECT_EQ(hints.first_byte, Duration::max());
}

TEST(ClientHints, OurOwnHeaderBoundsTheWholeAnswer) {
    for (const bool stream : {false, true}) {
        EXPECT_EQ(client_hints(headers({{"x-breakwater-timeout-ms", "1500"}}), stream).total, 1500ms);
    }
}

TEST(ClientHints, SdkTimeoutsBoundAWholeAnswerButOnlyTheBeginningOfAStream) {
    for (const char* name : {"X-Stainless-Timeout", "x-stainless-read-timeout"}) {
        EXPECT_EQ(client_hints(headers({{name, "2.5"}}), false).total, 2550ms);
        EXPECT_EQ(client_hints(headers({{name, "2.5"}}), true).total, Duration::max());
        EXPECT_EQ(client_hints(headers({{name, "2.5"}}), true).first_byte, 2550ms);
    }
    EXPECT_EQ(client_hints(headers({{"x-stainless-timeout", "9"}, {"x-breakwater-timeout-ms", "2000"}}), false).total,
              2s);
    EXPECT_EQ(client_hints(headers({{"x-stainless-timeout", "1"}, {"x-breakwater-timeout-ms", "2000"}}), false).total,
              1050ms);
}

TEST(ClientHints, IgnoresNonsenseAndBoundsTheRest) {
    for (const char* value : {"", "0", "-5", "abc", "nan", "1e", "5s", "NOT_GIVEN"}) {
        EXPECT_EQ(client_hints(headers({{"x-breakwater-timeout-ms", value}}), false).total, Duration::max()) << value;
    }
    for (const char* value : {"1e300", "inf", "99999999999999999999"}) {
        const Duration total = client_hints(headers({{"x-breakwater-timeout-ms", value}}), false).total;
        EXPECT_GE(total, 24h) << value;
    }
}

TEST(ClientHints, SayHowOftenTheRequestWasSentBefore) {
    const auto retries = [](const char* value) {
        return client_hints(headers({{"x-stainless-retry-count", value}}), false).retries;
    };
    EXPECT_EQ(client_hints(headers({}), false).retries, 0);
    EXPECT_EQ(retries("0"), 0);
    EXPECT_EQ(retries("2"), 2);
    EXPECT_EQ(retries("99999"), 255);
    for (const char* value : {"", "-1", "two", "1.5", "99999999999999999999999"}) EXPECT_EQ(retries(value), 0) << value;
}

TEST(ErrorOfStatus, KeepsTheStatusWhereThereIsAKindForIt) {
    for (const int status : {405, 408, 413, 415, 503, 400}) EXPECT_EQ(error_of_status(status, "x").status(), status);
    EXPECT_EQ(error_of_status(431, "x").status(), 413);
}

TEST(Query, HasWholeFields) {
    EXPECT_TRUE(query_has("/x?format=text", "format=text"));
    EXPECT_TRUE(query_has("/x?a=1&format=text&b", "format=text"));
    for (const char* target : {"/x", "/x?", "/format=text", "/x?format=texts", "/x?xformat=text", "/x?format=", "/x?&"})
        EXPECT_FALSE(query_has(target, "format=text")) << target;
}

TEST(Betas, BelongToTheRequest) {
    ChatRequest request;
    keep_betas(headers({{"Anthropic-Beta", "a,\"b"}}), request);
    ASSERT_EQ(request.extensions.size(), 1u);
    EXPECT_EQ(request.extensions[0].first, "anthropic_beta");
    EXPECT_EQ(request.extensions[0].second, R"("a,\"b")");
    keep_betas(headers({{"anthropic-beta", ""}}), request);
    keep_betas(headers({}), request);
    EXPECT_EQ(request.extensions.size(), 1u);
}

}  // namespace
}  // namespace breakwater
