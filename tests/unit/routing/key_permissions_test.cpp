#include "breakwater/routing/key_permissions.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

using namespace std::chrono_literals;
using Keys = std::vector<std::size_t>;

struct Permissions {
    KeyPermissions known{};
    TimePoint now{1000s};

    bool outdone(std::size_t key, std::string_view model = "m") { return known.on_outdone(key, model, now); }
    [[nodiscard]] Keys aside(std::string_view model = "m") const { return known.aside(model, now); }
};

TEST(KeyPermissions, BelieveTheThirdRequestThatAnotherKeyServed) {
    Permissions keys;
    EXPECT_FALSE(keys.outdone(0));
    EXPECT_FALSE(keys.outdone(0));
    EXPECT_EQ(keys.aside(), Keys{});
    EXPECT_TRUE(keys.outdone(0));
    EXPECT_EQ(keys.aside(), Keys{0});
}

TEST(KeyPermissions, BeginAnewWhenTheKeyServesTheModel) {
    Permissions keys;
    for (int i = 0; i < 10; ++i) {
        EXPECT_FALSE(keys.outdone(0));
        EXPECT_FALSE(keys.outdone(0));
        keys.known.on_served(0, "m");
    }
    keys.outdone(0);
    keys.outdone(0);
    keys.known.on_served(1, "m");
    keys.known.on_served(0, "n");
    EXPECT_TRUE(keys.outdone(0)) << "what others served, and what it served of another model, is no excuse";
}

TEST(KeyPermissions, HoldForOneModelOnly) {
    Permissions keys;
    for (int i = 0; i < 3; ++i) keys.outdone(0);
    EXPECT_EQ(keys.aside("m"), Keys{0});
    EXPECT_EQ(keys.aside("n"), Keys{});
    EXPECT_FALSE(keys.outdone(0, "n"));
}

TEST(KeyPermissions, AreAskedForAgainAfterTenMinutes) {
    Permissions keys;
    for (int i = 0; i < 3; ++i) keys.outdone(0);
    EXPECT_FALSE(keys.outdone(0)) << "several requests found it out at a time";
    keys.now += 10min - 1s;
    EXPECT_EQ(keys.aside(), Keys{0});
    keys.now += 1s;
    EXPECT_EQ(keys.aside(), Keys{});
    EXPECT_TRUE(keys.outdone(0)) << "nothing has changed: one request is enough";
    keys.now += 10min;
    keys.known.on_served(0, "m");
    EXPECT_FALSE(keys.outdone(0)) << "it was repaired, so that one is not";
}

TEST(KeyPermissions, ComeBackAtOnceWhenTheKeyServesAsTheLastThatIsLeft) {
    Permissions keys;
    for (int i = 0; i < 3; ++i) keys.outdone(0);
    keys.known.on_served(0, "m");
    EXPECT_EQ(keys.aside(), Keys{});
}

TEST(KeyPermissions, ForgetTheOldestOfTooMany) {
    Permissions keys;
    for (int i = 0; i < 3; ++i) keys.outdone(0);
    for (std::size_t i = 0; i < KeyPermissions::kDoubtsMax; ++i) keys.outdone(1, "model-" + std::to_string(i));
    EXPECT_EQ(keys.aside(), Keys{});
}

}  // namespace
}  // namespace breakwater
