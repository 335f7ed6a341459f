#include "breakwater/base/secret.hpp"

#include <gtest/gtest.h>

#include <concepts>
#include <new>
#include <ostream>
#include <string>

namespace breakwater {
namespace {

template <class T>
concept Printable = requires(std::ostream& out, const T& value) { out << value; };

static_assert(!Printable<Secret>, "a secret must not be printable");
static_assert(!std::convertible_to<Secret, std::string>);
static_assert(!std::convertible_to<Secret, std::string_view>);
static_assert(!std::convertible_to<std::string, Secret>, "becoming a secret is said out loud");

constexpr std::string_view kLong = "a key that is too long to live within the string object";

TEST(Secret, RevealsWhatItWasGiven) {
    EXPECT_EQ(Secret("key").reveal(), "key");
    EXPECT_TRUE(Secret().empty());
    EXPECT_FALSE(Secret("key").empty());
}

TEST(Secret, CopiesAndMovesLikeAValue) {
    for (const std::string_view text : {std::string_view("short"), kLong}) {
        const Secret original{std::string(text)};
        Secret copy(original);
        EXPECT_EQ(copy.reveal(), text);
        Secret moved(std::move(copy));
        EXPECT_EQ(moved.reveal(), text);
        EXPECT_TRUE(copy.empty());  // NOLINT(bugprone-use-after-move): being empty is the promise
        Secret assigned("other");
        assigned = std::move(moved);
        EXPECT_EQ(assigned.reveal(), text);
        Secret copied("other");
        copied = assigned;
        EXPECT_EQ(copied.reveal(), assigned.reveal());
        const Secret& self = copied;
        copied = self;
        EXPECT_EQ(copied.reveal(), text);
    }
}

TEST(Secret, LeavesNoBytesInTheMemoryThatItUsed) {
    // Short keys live within the object, whose memory can be looked at after its death. A string that is emptied loses
    // its first byte, so the rest is looked for.
    alignas(Secret) unsigned char memory[sizeof(Secret)];
    auto* secret = new (memory) Secret("s3cr3t-key");
    secret->~Secret();
    const std::string left(memory, memory + sizeof memory);
    EXPECT_EQ(left.find("cr3t"), std::string::npos);

    auto* source = new (memory) Secret("s3cr3t-key");
    const Secret target(std::move(*source));
    const std::string moved_from(memory, memory + sizeof memory);
    EXPECT_EQ(moved_from.find("cr3t"), std::string::npos);
    source->~Secret();
}

TEST(Secret, IsCoveredWhereverItStandsInAText) {
    std::string text = "s3cr3t-key and s3cr3t-key, then s3cr3t-k";
    cover_secret(text, "s3cr3t-key");
    EXPECT_EQ(text, "*** and ***, then ***");
    std::string word = "a short word";
    cover_secret(word, "short");
    EXPECT_EQ(word, "a short word");
}

}  // namespace
}  // namespace breakwater
