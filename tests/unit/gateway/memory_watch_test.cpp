#include "gateway/memory_watch.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <vector>

#include "control_groups.hpp"

namespace breakwater {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr std::uint64_t kMegabyte = 1u << 20;

struct Groups : test::ControlGroups {
    [[nodiscard]] MemoryGauge gauge(const std::string& text) const {
        return control_group_memory(mounted(), own(text));
    }
};

TEST(ControlGroupMemory, IsTheTightestLimitOnTheWayUp) {
    const Groups groups;
    groups.write("a/memory.max", "1000\n");
    groups.write("a/b/memory.max", "max\n");
    groups.write("a/b/c/memory.max", "2000\n");
    groups.write("a/memory.current", "700\n");
    groups.write("a/memory.stat", "anon 500\ninactive_file 150\nactive_file 50\n");
    const MemoryGauge gauge = groups.gauge("0::/a/b/c\n");
    EXPECT_EQ(gauge.limit, 1000U);
    EXPECT_EQ(gauge.used(), 550U);
}

TEST(ControlGroupMemory, IsTheRootOfWhatAContainerSees) {
    const Groups groups;
    groups.write("memory.max", "4096\n");
    groups.write("memory.current", "4000\n");
    EXPECT_EQ(groups.gauge("0::/\n").limit, 4096U);
    EXPECT_EQ(groups.gauge("0::/of/the/host\n").limit, 4096U);
    EXPECT_EQ(groups.gauge("0::/\n").used(), 4000U);
}

TEST(ControlGroupMemory, KnowsTheFirstVersion) {
    const Groups groups;
    groups.write("memory/x/memory.limit_in_bytes", "9223372036854771712\n");
    EXPECT_EQ(groups.gauge("12:cpu,cpuacct:/x\n9:memory:/x\n").limit, 0U);
    groups.write("memory/x/memory.limit_in_bytes", "5000\n");
    groups.write("memory/x/memory.usage_in_bytes", "4000\n");
    groups.write("memory/x/memory.stat", "cache 2000\ntotal_inactive_file 1000\n");
    const MemoryGauge gauge = groups.gauge("12:cpu,cpuacct:/x\n9:memory:/x\n");
    EXPECT_EQ(gauge.limit, 5000U);
    EXPECT_EQ(gauge.used(), 3000U);
}

TEST(ControlGroupMemory, IsNoneWhereNothingIsSaid) {
    const Groups groups;
    EXPECT_EQ(groups.gauge("").limit, 0U);
    EXPECT_EQ(groups.gauge("0::/a\n").limit, 0U);
    EXPECT_EQ(groups.gauge("nonsense\n0:memory\n:::\n").limit, 0U);
}

TEST(ProcessMemory, IsWhatTheProcessHas) {
    const auto used = process_memory(kMegabyte).used();
    ASSERT_TRUE(used.has_value());
    EXPECT_GT(*used, kMegabyte);
}

/// A watch over a group whose use the test says.
struct Watched {
    Groups groups{};
    MemoryWatch watch{};
    std::vector<std::string> said{};
    TimePoint now{std::chrono::hours(1)};

    explicit Watched(std::uint64_t limit) {
        groups.write("memory.max", std::to_string(limit));
        use(0);
        watch.use(groups.gauge("0::/\n"), [this](bool, const std::string& message) { said.push_back(message); });
    }
    void use(std::uint64_t bytes) const { groups.write("memory.current", std::to_string(bytes)); }
    bool is_short_after(milliseconds wait) {
        now += wait;
        return watch.is_short(now);
    }
};

TEST(MemoryWatch, IsShortAbove95PercentUntilBelow90) {
    Watched memory(1000 * kMegabyte);
    memory.use(949 * kMegabyte);
    EXPECT_FALSE(memory.is_short_after(milliseconds(50)));
    memory.use(951 * kMegabyte);
    EXPECT_TRUE(memory.is_short_after(milliseconds(50)));
    memory.use(901 * kMegabyte);
    EXPECT_TRUE(memory.is_short_after(milliseconds(50)));
    memory.use(899 * kMegabyte);
    EXPECT_FALSE(memory.is_short_after(milliseconds(50)));
    ASSERT_EQ(memory.said.size(), 2U);
    EXPECT_TRUE(memory.said[0].starts_with("Memory is short: 951 of 1000 MB are used.")) << memory.said[0];
    EXPECT_EQ(memory.said[1], "Memory is no longer short: 899 of 1000 MB are used.");
}

TEST(MemoryWatch, LooksEveryFiftyMilliseconds) {
    Watched memory(1000 * kMegabyte);
    EXPECT_FALSE(memory.is_short_after(milliseconds(50)));
    memory.use(999 * kMegabyte);
    EXPECT_FALSE(memory.is_short_after(milliseconds(49)));
    EXPECT_TRUE(memory.is_short_after(milliseconds(1)));
}

TEST(MemoryWatch, KeepsWhatItSawWhileNothingCanBeRead) {
    Watched memory(1000 * kMegabyte);
    memory.use(999 * kMegabyte);
    EXPECT_TRUE(memory.is_short_after(milliseconds(50)));
    fs::remove(memory.groups.mount() / "memory.current");
    EXPECT_TRUE(memory.is_short_after(milliseconds(50)));
}

TEST(MemoryWatch, IsNeverShortWithoutALimit) {
    Watched memory(1000 * kMegabyte);
    memory.use(999 * kMegabyte);
    EXPECT_TRUE(memory.is_short_after(milliseconds(50)));
    memory.watch.use({}, [](bool, const std::string&) {});
    EXPECT_FALSE(memory.is_short_after(milliseconds(50)));
}

}  // namespace
}  // namespace breakwater
