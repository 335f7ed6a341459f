#include "breakwater/routing/credential_pool.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace breakwater {
namespace {

using namespace std::chrono_literals;
using Refusal = CredentialPool::Refusal;

struct Pool {
    CredentialPool pool;
    Rng rng{1};
    TimePoint now{1000s};

    explicit Pool(const std::vector<std::uint32_t>& weights) : pool(weights) {}
    /// The keys of the next attempts as letters, "-" when all are out.
    std::string turns(int count) {
        std::string letters;
        for (int i = 0; i < count; ++i) {
            const auto key = pool.choose(now);
            letters += key ? static_cast<char>('a' + *key) : '-';
        }
        return letters;
    }
    bool refuse(std::size_t key, Refusal refusal, std::optional<std::chrono::milliseconds> retry_after = {}) {
        return pool.on_refused(key, refusal, retry_after, now, rng);
    }
};

TEST(CredentialPool, TakesKeysInTurn) {
    EXPECT_EQ(Pool({1, 1, 1}).turns(7), "abcabca");
}

TEST(CredentialPool, SpreadsTheTurnsOfAHeavyKey) {
    EXPECT_EQ(Pool({3, 1}).turns(8), "aabaaaba");
    EXPECT_EQ(Pool({1, 1000}).turns(4), "bbbb");
}

TEST(CredentialPool, LetsALimitedKeyRestForItsTime) {
    Pool keys({1, 1});
    EXPECT_TRUE(keys.refuse(0, Refusal::limited, 5000ms));
    EXPECT_EQ(keys.turns(3), "bbb");
    keys.now += 4999ms;
    EXPECT_EQ(keys.turns(1), "b");
    keys.now += 1ms;
    EXPECT_NE(keys.turns(2).find('a'), std::string::npos);
}

TEST(CredentialPool, LetsAKeyRestLongerEachTimeWithoutAWord) {
    Pool keys({1});
    for (const auto longest : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
        EXPECT_TRUE(keys.refuse(0, Refusal::limited));
        const auto rest = keys.pool.rest(keys.now);
        ASSERT_TRUE(rest);
        EXPECT_LE(*rest, longest);
        EXPECT_GE(*rest, longest * 3 / 4);
        keys.now += *rest;
    }
    keys.now += 2min;
    keys.refuse(0, Refusal::limited);
    EXPECT_LE(*keys.pool.rest(keys.now), 1s) << "a calm minute ends the series";
}

TEST(CredentialPool, CountsOneRefusalThatSeveralRequestsGot) {
    Pool keys({1, 1});
    EXPECT_TRUE(keys.refuse(0, Refusal::limited));
    for (int i = 0; i < 10; ++i) EXPECT_FALSE(keys.refuse(0, Refusal::limited));
    EXPECT_LE(*CredentialPool(keys.pool).rest(keys.now), 1s);
    keys.now += 1s;
    EXPECT_TRUE(keys.pool.usable(0, keys.now));
}

TEST(CredentialPool, LeavesADeniedKeyOutForTenMinutes) {
    Pool keys({1, 1});
    EXPECT_TRUE(keys.refuse(0, Refusal::denied));
    EXPECT_FALSE(keys.refuse(0, Refusal::denied));
    EXPECT_EQ(keys.turns(2), "bb");
    keys.now += 10min - 1s;
    EXPECT_EQ(keys.turns(2), "bb");
    keys.now += 1s;
    EXPECT_TRUE(keys.pool.usable(0, keys.now));
}

TEST(CredentialPool, ADenialOutweighsARest) {
    Pool keys({1});
    keys.refuse(0, Refusal::limited, 1000ms);
    EXPECT_TRUE(keys.refuse(0, Refusal::denied));
    keys.now += 1min;
    EXPECT_FALSE(keys.pool.usable(0, keys.now));
    EXPECT_FALSE(keys.pool.rest(keys.now)) << "what is denied does not come back by waiting";
}

TEST(CredentialPool, HasNoneWhenAllAreOut) {
    Pool keys({1, 2});
    keys.refuse(0, Refusal::limited, 20000ms);
    EXPECT_TRUE(keys.pool.any_usable(keys.now));
    keys.refuse(1, Refusal::limited, 3000ms);
    EXPECT_FALSE(keys.pool.any_usable(keys.now));
    EXPECT_EQ(keys.turns(1), "-");
    EXPECT_EQ(keys.pool.rest(keys.now), Duration(3s));
}

TEST(CredentialPool, BelievesNoAbsurdTimes) {
    Pool keys({1});
    keys.refuse(0, Refusal::limited, std::chrono::milliseconds::max());
    EXPECT_EQ(keys.pool.rest(keys.now), Duration(1h));
    Pool negative({1});
    negative.refuse(0, Refusal::limited, -5ms);
    EXPECT_TRUE(negative.pool.usable(0, negative.now));
    EXPECT_FALSE(negative.refuse(7, Refusal::limited));
}

TEST(CredentialPool, AKeyThatComesBackTakesNoMoreThanItsTurns) {
    Pool keys({1, 1});
    keys.turns(1);
    keys.refuse(1, Refusal::limited, 1000ms);
    keys.turns(100);
    keys.now += 1s;
    const std::string turns = keys.turns(6);
    EXPECT_EQ(std::count(turns.begin(), turns.end(), 'a'), 3) << turns;
}

TEST(CredentialPool, TellsWhatIsAboutTheKey) {
    const auto refusal = [](ErrorKind kind, bool upstream = true) {
        Error error(kind, "x");
        if (upstream) error.upstream = UpstreamFacts{};
        return CredentialPool::refusal_of(error);
    };
    EXPECT_EQ(refusal(ErrorKind::rate_limited), Refusal::limited);
    EXPECT_EQ(refusal(ErrorKind::quota_exhausted), Refusal::spent);
    EXPECT_EQ(refusal(ErrorKind::upstream_billing), Refusal::spent);
    EXPECT_EQ(refusal(ErrorKind::upstream_auth), Refusal::denied);
    EXPECT_FALSE(refusal(ErrorKind::upstream_permission))
        << "a request may have named what the key must not see: another key finds out, see KeyPermissions";
    EXPECT_FALSE(refusal(ErrorKind::overloaded));
    EXPECT_FALSE(refusal(ErrorKind::upstream_error));
    EXPECT_FALSE(refusal(ErrorKind::rate_limited, false)) << "a limit of our own says nothing about a key";
}

TEST(CredentialPool, DoesWithoutTheKeysOfARequest) {
    Pool keys({1, 1, 1});
    const std::vector<std::size_t> a{0};
    const std::vector<std::size_t> all{2, 0, 1};
    std::string turns;
    for (int i = 0; i < 4; ++i) turns += static_cast<char>('a' + *keys.pool.choose(keys.now, a));
    EXPECT_EQ(turns, "bcbc");
    EXPECT_EQ(keys.turns(3).find_first_not_of("abc"), std::string::npos) << "others are not kept from it";
    EXPECT_FALSE(keys.pool.choose(keys.now, all));
    EXPECT_TRUE(keys.pool.any_usable(keys.now, a));
    EXPECT_FALSE(keys.pool.any_usable(keys.now, all));
    EXPECT_FALSE(keys.pool.rest(keys.now, all));
}

TEST(CredentialPool, CountsOnlyTheKeysThatARequestMayUse) {
    Pool keys({1, 1});
    const std::vector<std::size_t> a{0};
    keys.pool.spare(1, keys.now + 5s);
    EXPECT_EQ(keys.pool.spared(keys.now), 0s);
    EXPECT_EQ(keys.pool.spared(keys.now, a), 5s);
    EXPECT_EQ(keys.pool.choose(keys.now, a), 1u) << "spared, and the only one";
    keys.refuse(1, Refusal::limited, 3000ms);
    EXPECT_FALSE(keys.pool.any_usable(keys.now, a));
    EXPECT_FALSE(keys.pool.choose(keys.now, a));
    EXPECT_EQ(keys.pool.rest(keys.now), Duration::zero());
    EXPECT_EQ(keys.pool.rest(keys.now, a), Duration(3s));
}

TEST(CredentialPool, SparesAKeyForWhichNothingIsLeft) {
    Pool pool({1, 1, 1});
    pool.pool.spare(0, pool.now + 5s);
    EXPECT_EQ(pool.turns(4), "bcbc");
    EXPECT_EQ(pool.pool.spared(pool.now), 0s);
    pool.now += 5s;
    EXPECT_NE(pool.turns(3).find('a'), std::string::npos);
}

TEST(CredentialPool, UsesSparedKeysWhenThereAreNoOthers) {
    Pool pool({1, 1});
    pool.pool.spare(0, pool.now + 5s);
    pool.refuse(1, Refusal::limited, 3000ms);
    EXPECT_EQ(pool.pool.spared(pool.now), 3s);
    EXPECT_EQ(pool.turns(2), "aa");
}

}  // namespace
}  // namespace breakwater
