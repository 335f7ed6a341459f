#include "gateway/own_host.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

TEST(OwnHost, IsAnAddressOrANameOfOnesOwn) {
    for (const char* host : {"127.0.0.1",
                             "127.255.255.255",
                             "10.1.2.3",
                             "192.168.1.7",
                             "172.16.0.1",
                             "172.31.255.255",
                             "169.254.1.1",
                             "100.64.0.1",
                             "100.127.255.255",
                             "::1",
                             "fc00::1",
                             "fd00::7",
                             "fe80::1",
                             "febf::1",
                             "::ffff:10.1.2.3",
                             "::ffff:127.0.0.1",
                             "127.1",
                             "2130706433",
                             "localhost",
                             "LOCALHOST",
                             "vllm",
                             "gpu-1",
                             "vllm.internal",
                             "a.b.local",
                             "x.Lan",
                             "x.intranet",
                             "x.home",
                             "x.corp",
                             "localhost.",
                             "nas.home.arpa",
                             "Home.ARPA."})
        EXPECT_TRUE(is_own_host(host)) << host;
}

TEST(OwnHost, IsNothingOfThePublicInternet) {
    for (const char* host : {"api.openai.com", "8.8.8.8", "2606:4700::1111", "134744072", "internal.example.com",
                             "local.example", "172.32.0.1", "172.15.0.1", "100.128.0.1", "100.63.0.1", "169.253.0.1",
                             "localhost.example.com", "example.com.", ".", ""})
        EXPECT_FALSE(is_own_host(host)) << host;
}

TEST(OwnHost, IsNoFormThatCarriesAPublicAddressAndNothingThatIsOnlyNotPublic) {
    for (const char* host : {"::ffff:8.8.8.8",
                             "64:ff9b::808:808",
                             "64:ff9b:1::808:808",
                             "2002:808:808::1",
                             "2002:a00:1::1",
                             "2001:0:808:808::1",
                             "::8.8.8.8",
                             "::",
                             "0.0.0.0",
                             "192.88.99.1",
                             "224.0.0.1",
                             "239.1.2.3",
                             "240.0.0.1",
                             "255.255.255.255",
                             "192.0.2.1",
                             "198.18.0.1",
                             "198.51.100.1",
                             "203.0.113.1",
                             "192.0.0.1",
                             "ff02::1",
                             "2001:db8::1",
                             "fec0::1",
                             "fe80::1%eth0",
                             "example.onion",
                             "1.0.0.127.in-addr.arpa",
                             "ip6.arpa",
                             "xhome.arpa"})
        EXPECT_FALSE(is_own_host(host)) << host;
}

}  // namespace
}  // namespace breakwater
