#include "gateway/inner_host.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

TEST(InnerHost, IsAnAddressOrANameOfOnesOwn) {
    for (const char* host : {"127.0.0.1", "10.1.2.3", "192.168.1.7", "172.16.0.1", "169.254.1.1", "100.64.0.1", "::1",
                             "fd00::7", "fe80::1", "127.1", "localhost", "LOCALHOST", "vllm", "gpu-1", "vllm.internal",
                             "a.b.local", "x.Lan", "localhost."})
        EXPECT_TRUE(is_inner_host(host)) << host;
}

TEST(InnerHost, IsNothingOfThePublicInternet) {
    for (const char* host : {"api.openai.com", "8.8.8.8", "2606:4700::1111", "134744072", "internal.example.com",
                             "local.example", "172.32.0.1", "localhost.example.com", "example.com."})
        EXPECT_FALSE(is_inner_host(host)) << host;
}

}  // namespace
}  // namespace breakwater
