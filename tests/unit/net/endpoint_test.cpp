#include <gtest/gtest.h>

#include "breakwater/net/upstream.hpp"

namespace breakwater {
namespace {

TEST(Endpoint, SplitsABaseUrl) {
    const auto endpoint = make_endpoint("openai", "https://api.openai.com/v1/", {});
    ASSERT_TRUE(endpoint);
    EXPECT_TRUE(endpoint->tls);
    EXPECT_EQ(endpoint->host, "api.openai.com");
    EXPECT_EQ(endpoint->port, 443);
    EXPECT_EQ(endpoint->host_header, "api.openai.com");
    EXPECT_EQ(endpoint->path_prefix, "/v1");
}

TEST(Endpoint, KnowsPortsAndPlainHttp) {
    const auto plain = make_endpoint("local", "http://127.0.0.1:8000", {});
    ASSERT_TRUE(plain);
    EXPECT_FALSE(plain->tls);
    EXPECT_EQ(plain->port, 8000);
    EXPECT_EQ(plain->host_header, "127.0.0.1:8000");
    EXPECT_EQ(plain->path_prefix, "");
    EXPECT_EQ(make_endpoint("x", "http://h", {})->port, 80);
}

TEST(Endpoint, TakesIpv6Literals) {
    const auto with_port = make_endpoint("v6", "http://[::1]:8000/v1", {});
    ASSERT_TRUE(with_port);
    EXPECT_EQ(with_port->host, "::1");
    EXPECT_EQ(with_port->port, 8000);
    EXPECT_EQ(with_port->host_header, "[::1]:8000");
    const auto without = make_endpoint("v6", "https://[2001:db8::1]/v1", {});
    ASSERT_TRUE(without);
    EXPECT_EQ(without->host, "2001:db8::1");
    EXPECT_EQ(without->port, 443);
}

TEST(Endpoint, RefusesWhatIsNoBaseUrl) {
    for (const char* url : {"", "api.openai.com", "ftp://a", "https://", "https:///v1", "https://:443", "http://a:0",
                            "http://a:65536", "http://a:x", "http://a:"}) {
        const auto endpoint = make_endpoint("x", url, {});
        ASSERT_FALSE(endpoint) << url;
        EXPECT_EQ(endpoint.error().kind, ErrorKind::invalid_request) << url;
    }
}

// A connection that was checked against one certificate store, or not checked at all, must not serve another provider.
TEST(Endpoint, SharesConnectionsOnlyWithEqualTrust) {
    const ConnectionKey plain = make_endpoint("a", "https://h/v1", {})->connection_key;
    EXPECT_EQ(make_endpoint("b", "https://h/other", {})->connection_key, plain);
    EXPECT_NE(make_endpoint("a", "http://h:443/v1", {})->connection_key, plain);
    EXPECT_NE(make_endpoint("a", "https://h:8443/v1", {})->connection_key, plain);
    EXPECT_NE(make_endpoint("a", "https://h/v1", {.ca_file = "ca.pem"})->connection_key, plain);
    EXPECT_NE(make_endpoint("a", "https://h/v1", {.insecure_skip_verify = true})->connection_key, plain);
}

}  // namespace
}  // namespace breakwater
