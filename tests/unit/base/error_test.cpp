#include "breakwater/base/error.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>

namespace breakwater {
namespace {

constexpr auto kLastKind = static_cast<int>(ErrorKind::internal);

ErrorKind kind_at(int index) {
    return static_cast<ErrorKind>(index);
}

struct Expected {
    ErrorKind kind;
    int status;
    std::string_view type;
    std::string_view code;
    Failover failover;
    bool retry;
};

// The rows that clients and the retry engine depend on most, written down a second time.
constexpr std::array kExpected{
    Expected{ErrorKind::invalid_request, 400, "invalid_request_error", "invalid_request", Failover::never, false},
    Expected{ErrorKind::unsupported_parameter, 400, "invalid_request_error", "unsupported_parameter",
             Failover::elsewhere, false},
    Expected{ErrorKind::context_length, 400, "invalid_request_error", "context_length_exceeded",
             Failover::larger_context, false},
    Expected{ErrorKind::content_policy, 400, "invalid_request_error", "content_policy_violation", Failover::never,
             false},
    Expected{ErrorKind::unauthorized, 401, "invalid_request_error", "invalid_api_key", Failover::never, false},
    Expected{ErrorKind::forbidden, 403, "invalid_request_error", "permission_denied", Failover::never, false},
    Expected{ErrorKind::model_not_found, 404, "invalid_request_error", "model_not_found", Failover::never, false},
    Expected{ErrorKind::constraint_unmet, 422, "invalid_request_error", "constraint_unmet", Failover::never, false},
    Expected{ErrorKind::rate_limited, 429, "rate_limit_error", "rate_limit_exceeded", Failover::elsewhere, true},
    Expected{ErrorKind::quota_exhausted, 429, "insufficient_quota", "insufficient_quota", Failover::elsewhere, false},
    Expected{ErrorKind::overloaded, 503, "service_unavailable_error", "server_is_overloaded", Failover::elsewhere,
             true},
    Expected{ErrorKind::upstream_auth, 502, "server_error", "upstream_auth_error", Failover::elsewhere, false},
    Expected{ErrorKind::upstream_billing, 429, "insufficient_quota", "insufficient_quota", Failover::elsewhere, false},
    Expected{ErrorKind::upstream_connect, 502, "server_error", "upstream_connect_failed", Failover::same_once, true},
    Expected{ErrorKind::upstream_timeout, 504, "server_error", "upstream_timeout", Failover::elsewhere, true},
    Expected{ErrorKind::upstream_stalled, 504, "server_error", "upstream_stalled", Failover::elsewhere, true},
    Expected{ErrorKind::upstream_truncated, 502, "server_error", "upstream_truncated", Failover::same_once, true},
    Expected{ErrorKind::upstream_invalid, 502, "server_error", "upstream_invalid_response", Failover::elsewhere, true},
    Expected{ErrorKind::upstream_error, 502, "server_error", "upstream_error", Failover::same_once, true},
    Expected{ErrorKind::cancelled, 499, "invalid_request_error", "client_closed_request", Failover::never, false},
    Expected{ErrorKind::internal, 500, "server_error", "internal_error", Failover::never, false},
};

TEST(ErrorTraits, SayWhatClientsAndRetriesDependOn) {
    for (const Expected& expected : kExpected) {
        const ErrorTraits& traits = error_traits(expected.kind);
        SCOPED_TRACE(to_string(expected.kind));
        EXPECT_EQ(traits.status, expected.status);
        EXPECT_EQ(traits.type, expected.type);
        EXPECT_EQ(traits.code, expected.code);
        EXPECT_EQ(traits.failover, expected.failover);
        EXPECT_EQ(traits.client_should_retry, expected.retry);
    }
}

TEST(ErrorTraits, HaveOneNamedRowPerKind) {
    std::set<std::string_view> names;
    for (int i = 0; i <= kLastKind; ++i) {
        const ErrorTraits& traits = error_traits(kind_at(i));
        SCOPED_TRACE(to_string(kind_at(i)));
        EXPECT_GE(traits.status, 400);
        EXPECT_LE(traits.status, 599);
        EXPECT_FALSE(traits.type.empty());
        EXPECT_FALSE(traits.code.empty());
        names.insert(to_string(kind_at(i)));
    }
    EXPECT_EQ(names.size(), static_cast<std::size_t>(kLastKind) + 1);
    EXPECT_EQ(to_string(ErrorKind::overloaded), "overloaded");
    EXPECT_EQ(to_string(ErrorKind::upstream_tls), "upstream_tls");
    EXPECT_EQ(to_string(ErrorKind::internal), "internal");
}

TEST(ErrorTraits, NeverSayThatTheClientsKeyIsWrongWhenTheGatewaysIs) {
    for (const ErrorKind kind : {ErrorKind::upstream_auth, ErrorKind::upstream_permission}) {
        EXPECT_EQ(error_traits(kind).status, 502);
    }
}

TEST(Error, PrefersItsOwnCodeToTheKindsCode) {
    Error error(ErrorKind::invalid_request, "messages: expected an array", "messages");
    EXPECT_EQ(error.code_or_default(), "invalid_request");
    error.code = "invalid_type";
    EXPECT_EQ(error.code_or_default(), "invalid_type");
    EXPECT_EQ(error.status(), 400);
}

TEST(Error, TravelsInAResult) {
    const Result<int> result = fail(ErrorKind::not_found, "no such path", "path");
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().kind, ErrorKind::not_found);
    EXPECT_EQ(result.error().param, "path");
}

}  // namespace
}  // namespace breakwater
