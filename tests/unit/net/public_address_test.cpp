#include "breakwater/net/public_address.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace breakwater {
namespace {

ResolvedAddress address_of(const std::string& text) {
    ResolvedAddress address;
    if (text.find(':') == std::string::npos) {
        sockaddr_in v4{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {}, .sin_zero = {}};
        EXPECT_EQ(inet_pton(AF_INET, text.c_str(), &v4.sin_addr), 1) << text;
        std::memcpy(&address.storage, &v4, sizeof v4);
        address.length = sizeof v4;
    } else {
        sockaddr_in6 v6{};
        v6.sin6_family = AF_INET6;
        EXPECT_EQ(inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr), 1) << text;
        std::memcpy(&address.storage, &v6, sizeof v6);
        address.length = sizeof v6;
    }
    return address;
}

TEST(PublicAddress, IsOneOfThePublicInternet) {
    for (const char* text : {"8.8.8.8", "1.1.1.1", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1",
                             "169.253.1.1", "192.0.1.1", "198.17.0.1", "198.20.0.1", "223.255.255.255",
                             "2606:4700::1111", "2a00:1450::1", "2001:4860:4860::8888", "2001:200::1"}) {
        EXPECT_TRUE(is_public_address(address_of(text))) << text;
    }
}

TEST(PublicAddress, IsNoneOfTheMachineTheNetworkOrTheProvidersOfClouds) {
    for (const char* text :
         {"0.0.0.0",   "0.1.2.3",     "10.0.0.1",        "10.255.255.255", "100.64.0.1",     "100.127.255.255",
          "127.0.0.1", "127.1.2.3",   "169.254.169.254", "172.16.0.1",     "172.31.255.255", "192.0.0.8",
          "192.0.2.1", "192.168.1.1", "198.18.0.1",      "198.19.255.255", "203.0.113.7",    "224.0.0.1",
          "239.1.1.1", "240.0.0.1",   "255.255.255.255"}) {
        EXPECT_FALSE(is_public_address(address_of(text))) << text;
    }
}

TEST(PublicAddress, IsNoSpecialOneOfIpv6NorOneThatCarriesIpv4) {
    for (const char* text : {"::", "::1", "::ffff:8.8.8.8", "::8.8.8.8", "64:ff9b::808:808", "64:ff9b:1::1", "100::1",
                             "2001::1", "2001:1ff::1", "2001:db8::1", "2002:808:808::1", "3fff::1", "5f00::1",
                             "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1"}) {
        EXPECT_FALSE(is_public_address(address_of(text))) << text;
    }
}

TEST(PublicAddress, IsNotWhatIsNoAddress) {
    EXPECT_FALSE(is_public_address({}));
}

}  // namespace
}  // namespace breakwater
