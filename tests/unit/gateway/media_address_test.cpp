#include "gateway/media_address.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

TEST(MediaAddress, IsTakenApart) {
    const auto address = media_address("HTTPS://Images.Example.com/a%20b.png?size=2#part", {});
    ASSERT_TRUE(address);
    EXPECT_EQ(address->endpoint.host, "images.example.com");
    EXPECT_EQ(address->endpoint.port, 443);
    EXPECT_TRUE(address->endpoint.tls);
    EXPECT_TRUE(address->endpoint.public_only);
    EXPECT_EQ(address->target, "/a%20b.png?size=2");
    EXPECT_EQ(media_address("https://example.com", {})->target, "/");
    EXPECT_EQ(media_address("https://example.com?x=1", {})->target, "/?x=1");
    EXPECT_EQ(media_address("https://example.com:443/x", {})->endpoint.port, 443);
    EXPECT_EQ(media_address("https://[2606:4700::1111]/x", {})->endpoint.host, "2606:4700::1111");
}

TEST(MediaAddress, IsRefusedWhereTwoReadersCouldDiffer) {
    for (const char* url : {"http://example.com/x",
                            "ftp://example.com/x",
                            "//example.com/x",
                            "https://",
                            "https:///x",
                            "https://user@example.com/x",
                            "https://user:pass@example.com/x",
                            "https://exa%6dple.com/x",
                            "https://example.com./x",
                            "https://a..b.com/x",
                            "https://1.2.3.4.5.6.7.8.9.10.com/x",
                            "https://2130706433/x",
                            "https://0x7f.0.0.1/x",
                            "https://127.1/x",
                            "https://0177.0.0.1/x",
                            "https://1.2.3.04/x",
                            "https://1.2.3.256/x",
                            "https://example.com:8443/x",
                            "https://example.com:/x",
                            "https://localhost/x",
                            "https://printer.local/x",
                            "https://hidden.onion/x",
                            "https://1.0.0.127.in-addr.arpa/x",
                            "https://metadata.google.internal/x",
                            "https://host/x",
                            "https://exam ple.com/x",
                            "https://example.com/\n",
                            "https://example.com\\@evil.com/x",
                            "https://ex\xc3\xa4mple.com/x"}) {
        const auto address = media_address(url, {});
        ASSERT_FALSE(address) << url;
        EXPECT_EQ(address.error().kind, ErrorKind::invalid_request) << url;
    }
    EXPECT_FALSE(media_address("https://example.com/" + std::string(9000, 'x'), {}));
}

TEST(MediaAddress, IsOfAHostThatTheOperatorAllows) {
    config::Media settings;
    settings.hosts = {"images.example.com", ".cdn.example.com"};
    EXPECT_TRUE(media_address("https://IMAGES.example.com/x", settings));
    EXPECT_TRUE(media_address("https://a.cdn.example.com/x", settings));
    EXPECT_FALSE(media_address("https://cdn.example.com/x", settings));
    EXPECT_FALSE(media_address("https://evilimages.example.com/x", settings));
    EXPECT_FALSE(media_address("https://other.example.com/x", settings));
}

TEST(MediaAddress, MayBePrivateWhereTheOperatorSaysSo) {
    config::Media settings;
    settings.private_hosts = {"127.0.0.1:8443", "files.lan"};
    settings.ca_file = "/ca.pem";
    const auto literal = media_address("https://127.0.0.1:8443/x", settings);
    ASSERT_TRUE(literal);
    EXPECT_EQ(literal->endpoint.port, 8443);
    EXPECT_FALSE(literal->endpoint.public_only);
    EXPECT_EQ(literal->endpoint.tls_settings.ca_file, "/ca.pem");
    EXPECT_FALSE(media_address("https://127.0.0.1:9000/x", settings));
    EXPECT_FALSE(media_address("https://files.lan/x", settings)->endpoint.public_only);
    // For all others the system's authorities vouch, and only public addresses count.
    const auto other = media_address("https://example.com/x", settings);
    EXPECT_TRUE(other->endpoint.public_only);
    EXPECT_EQ(other->endpoint.tls_settings.ca_file, "");
}

}  // namespace
}  // namespace breakwater
