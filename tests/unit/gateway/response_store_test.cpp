#include "gateway/response_store.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr WallTime kNow{seconds(1'770'000'000)};

struct Store {
    MemoryResponseStore store{};
    config::ResponseStore limits{};

    void put(std::string_view id, WallTime at = kNow, std::string answer = "{}", std::string_view owner = "a") {
        store.put(owner, id, {.previous_id = {}, .input = "[]", .answer = std::move(answer), .at = at}, limits);
    }
    bool has(std::string_view id, WallTime now = kNow, std::string_view owner = "a") {
        return store.find(owner, id, now, limits) != nullptr;
    }
};

TEST(MemoryResponseStore, FindsWhatItsOwnerKeeps) {
    Store kept;
    kept.put("1");
    EXPECT_TRUE(kept.has("1"));
    EXPECT_FALSE(kept.has("1", kNow, "b"));
    EXPECT_FALSE(kept.store.erase("b", "1"));
    EXPECT_TRUE(kept.store.erase("a", "1"));
    EXPECT_FALSE(kept.has("1"));
}

TEST(MemoryResponseStore, DropsTheOldestAboveTheCount) {
    Store kept;
    kept.limits.count = 2;
    for (const char* id : {"1", "2", "3"}) kept.put(id);
    EXPECT_FALSE(kept.has("1"));
    EXPECT_TRUE(kept.has("2") && kept.has("3"));
}

TEST(MemoryResponseStore, DropsTheOldestAboveTheBytes) {
    Store kept;
    kept.limits.bytes = 4'000;
    kept.put("1", kNow, std::string(1'500, 'x'));
    kept.put("2", kNow, std::string(1'500, 'x'));
    EXPECT_FALSE(kept.has("1"));
    EXPECT_TRUE(kept.has("2"));
    kept.put("3", kNow, std::string(5'000, 'x'));
    EXPECT_FALSE(kept.has("3"));
    EXPECT_TRUE(kept.has("2"));
}

TEST(MemoryResponseStore, ForgetsWhatIsTooOld) {
    Store kept;
    kept.limits.age = hours(1);
    kept.put("1");
    EXPECT_TRUE(kept.has("1", kNow + hours(1)));
    EXPECT_FALSE(kept.has("1", kNow + hours(1) + seconds(1)));
}

TEST(MemoryResponseStore, ReplacesWhatHasTheSameId) {
    Store kept;
    kept.limits.count = 2;
    kept.put("1", kNow, "first");
    kept.put("1", kNow, "second");
    kept.put("2");
    EXPECT_EQ(kept.store.find("a", "1", kNow, kept.limits)->answer, "second");
}

}  // namespace
}  // namespace breakwater
