#include "gateway/auth.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

Headers with(const std::string& name, const std::string& value) {
    Headers headers;
    headers.add(name, value);
    return headers;
}

config::Config two_keys() {
    config::Config config;
    config.keys_open = false;
    config.keys.push_back({.name = "a", .sha256 = sha256_hex("key-a"), .routes = {"fast"}});
    config.keys.push_back({.name = "off", .sha256 = sha256_hex("key-off"), .enabled = false});
    config.keys.push_back({.name = "b", .sha256 = sha256_hex("key-b")});
    return config;
}

TEST(Auth, Sha256IsTheStandardOne) {
    EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Auth, FindsTheKeyWhereSdksPutIt) {
    EXPECT_EQ(presented_key(with("Authorization", "Bearer key")), "key");
    EXPECT_EQ(presented_key(with("authorization", "bearer   key ")), "key");
    EXPECT_EQ(presented_key(with("api-key", "key")), "key");
    EXPECT_EQ(presented_key(with("X-Api-Key", " key ")), "key");
    EXPECT_EQ(presented_key(with("Authorization", "Basic a2V5")), "");
    EXPECT_EQ(presented_key(with("Authorization", "Bearer")), "");
    EXPECT_EQ(presented_key({}), "");
}

TEST(Auth, KnowsItsKeys) {
    const config::Config config = two_keys();
    const auto a = authenticate(config, with("Authorization", "Bearer key-a"));
    ASSERT_TRUE(a);
    EXPECT_EQ((*a)->name, "a");
    EXPECT_EQ((*authenticate(config, with("api-key", "key-b")))->name, "b");
}

TEST(Auth, EveryDigitOfADigestCounts) {
    for (std::size_t i = 0; i < 64; ++i) {
        config::Config config = two_keys();
        char& digit = config.keys.front().sha256[i];
        digit = digit == '0' ? '1' : '0';
        EXPECT_FALSE(authenticate(config, with("api-key", "key-a"))) << i;
    }
    config::Config config = two_keys();
    config.keys.front().sha256.pop_back();
    EXPECT_FALSE(authenticate(config, with("api-key", "key-a")));
}

// Nothing in the answer tells a disabled key from an unknown one, or says how near a wrong one was.
TEST(Auth, RefusesEveryOtherKeyInTheSameWords) {
    const config::Config config = two_keys();
    const std::string expected = authenticate(config, with("api-key", "unknown")).error().message;
    for (const std::string& key :
         {std::string("key-off"), std::string("key-"), std::string("KEY-A"), std::string("key-a "), sha256_hex("key-a"),
          std::string(100'000, 'x'), std::string("\0", 1)}) {
        const auto refused = authenticate(config, with("Authorization", "Bearer x" + key));
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, ErrorKind::unauthorized);
        EXPECT_EQ(refused.error().message, expected);
    }
    EXPECT_FALSE(authenticate(config, with("api-key", "key-off")));
    EXPECT_EQ(authenticate(config, with("api-key", "key-off")).error().message, expected);
    EXPECT_EQ(authenticate(config, {}).error().kind, ErrorKind::unauthorized);
}

TEST(Auth, OpenKeysLetEverybodyIn) {
    config::Config config;
    const auto anybody = authenticate(config, {});
    ASSERT_TRUE(anybody);
    EXPECT_EQ(*anybody, nullptr);
}

TEST(Auth, AnEmptyListOfKeysLetsNobodyIn) {
    config::Config config;
    config.keys_open = false;
    EXPECT_FALSE(authenticate(config, with("api-key", "x")));
}

TEST(Auth, HoldsKeysToTheirRoutes) {
    const config::Config config = two_keys();
    EXPECT_TRUE(may_use(nullptr, "any"));
    EXPECT_TRUE(may_use(&config.keys[0], "fast"));
    EXPECT_FALSE(may_use(&config.keys[0], "slow"));
    EXPECT_FALSE(may_use(&config.keys[0], ""));
    EXPECT_TRUE(may_use(&config.keys[2], "slow"));
}

}  // namespace
}  // namespace breakwater
