#include "gateway/available_cores.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <limits>

#include "control_groups.hpp"

namespace breakwater {
namespace {

namespace fs = std::filesystem;

struct Groups : test::ControlGroups {
    [[nodiscard]] std::optional<double> cores(const std::string& text) const {
        return control_group_cores(mounted(), own(text));
    }
};

TEST(ControlGroupCores, AreThoseOfTheProcessesOwnGroup) {
    const Groups groups;
    groups.write("system.slice/gateway.service/cpu.max", "150000 100000\n");
    groups.write("system.slice/cpu.max", "max 100000\n");
    groups.write("system.slice/other.service/cpu.max", "10000 100000\n");
    EXPECT_EQ(groups.cores("0::/system.slice/gateway.service\n"), 1.5);
}

TEST(ControlGroupCores, AreThoseOfAGroupAbove) {
    const Groups groups;
    groups.write("a/cpu.max", "300000 100000\n");
    groups.write("a/b/cpu.max", "max 100000\n");
    groups.write("a/b/c/cpu.max", "max 100000\n");
    EXPECT_EQ(groups.cores("0::/a/b/c\n"), 3.0);
}

TEST(ControlGroupCores, AreTheSmallestOnTheWayUp) {
    const Groups groups;
    groups.write("cpu.max", "800000 100000\n");
    groups.write("a/cpu.max", "200000 100000\n");
    groups.write("a/b/cpu.max", "400000 100000\n");
    EXPECT_EQ(groups.cores("0::/a/b\n"), 2.0);
    groups.write("a/b/cpu.max", "25000 50000\n");
    EXPECT_EQ(groups.cores("0::/a/b\n"), 0.5);
}

TEST(ControlGroupCores, AreThoseOfTheRootThatAContainerSees) {
    const Groups groups;
    groups.write("cpu.max", "250000 100000\n");
    EXPECT_EQ(groups.cores("0::/\n"), 2.5);
    EXPECT_EQ(groups.cores("0::/of/the/host\n"), 2.5);
    EXPECT_EQ(groups.cores("0::/../beside\n"), 2.5);
    EXPECT_EQ(groups.cores("0::/..\n"), 2.5);
}

TEST(ControlGroupCores, AreThoseOfTheRootWhereTheOwnGroupIsNotKnown) {
    const Groups groups;
    groups.write("cpu.max", "250000 100000\n");
    EXPECT_EQ(groups.cores(""), 2.5);
    EXPECT_EQ(groups.cores("nonsense\n0\n0:\n0::\n:::\n0::relative\n"), 2.5);
    EXPECT_EQ(control_group_cores(groups.mounted(), groups.mounted() + "/missing"), 2.5);
    EXPECT_EQ(control_group_cores(groups.mounted(), groups.mounted()), 2.5);
}

TEST(ControlGroupCores, DoNotLookOutsideOfTheMount) {
    const Groups groups;
    groups.write("../beside/cpu.max", "100000 100000\n");
    groups.write("../cpu.max", "100000 100000\n");
    groups.write("cpu.max", "max 100000\n");
    EXPECT_EQ(groups.cores("0::/../beside\n"), std::nullopt);
    EXPECT_EQ(groups.cores("0::/..\n"), std::nullopt);
}

TEST(ControlGroupCores, KnowAPathWithColons) {
    const Groups groups;
    groups.write("a:b/c:d/cpu.max", "150000 100000\n");
    EXPECT_EQ(groups.cores("0::/a:b/c:d\n"), 1.5);
}

TEST(ControlGroupCores, AreNoneWhereThereIsNoQuota) {
    const Groups groups;
    EXPECT_EQ(groups.cores("0::/a\n"), std::nullopt);
    groups.write("cpu.max", "max 100000\n");
    groups.write("a/cpu.max", "max 100000\n");
    EXPECT_EQ(groups.cores("0::/a\n"), std::nullopt);
}

TEST(ControlGroupCores, KnowTheFirstVersion) {
    const Groups groups;
    const std::string own = "5:memory:/elsewhere\n4:cpu,cpuacct:/a/b\n1:name=systemd:/c\n0::/c\n";
    groups.write("cpu/cpu.cfs_quota_us", "-1\n");
    groups.write("cpu/cpu.cfs_period_us", "100000\n");
    groups.write("cpu/a/b/cpu.cfs_quota_us", "-1\n");
    groups.write("cpu/a/b/cpu.cfs_period_us", "100000\n");
    EXPECT_EQ(groups.cores(own), std::nullopt);
    groups.write("cpu/cpu.cfs_quota_us", "400000\n");
    EXPECT_EQ(groups.cores(own), 4.0);
    groups.write("cpu/a/cpu.cfs_quota_us", "300000\n");
    groups.write("cpu/a/cpu.cfs_period_us", "100000\n");
    EXPECT_EQ(groups.cores(own), 3.0);
    groups.write("cpu/a/b/cpu.cfs_quota_us", "50000\n");
    EXPECT_EQ(groups.cores(own), 0.5);
    EXPECT_EQ(groups.cores(""), 4.0);
}

TEST(ControlGroupCores, KnowTheFirstVersionMountedByTheNamesOfItsControllers) {
    const Groups groups;
    groups.write("cpuacct,cpu/a/cpu.cfs_quota_us", "150000\n");
    groups.write("cpuacct,cpu/a/cpu.cfs_period_us", "100000\n");
    EXPECT_EQ(groups.cores("4:cpuacct,cpu:/a\n"), 1.5);
    EXPECT_EQ(groups.cores("4:cpuacct:/a\n3:cpuset:/a\n"), std::nullopt);
}

TEST(ControlGroupCores, AreTheSmallestOfBothVersions) {
    const Groups groups;
    groups.write("cpu.max", "200000 100000\n");
    groups.write("cpu/cpu.cfs_quota_us", "300000\n");
    groups.write("cpu/cpu.cfs_period_us", "100000\n");
    EXPECT_EQ(groups.cores("1:cpu:/\n0::/\n"), 2.0);
    groups.write("cpu/cpu.cfs_quota_us", "100000\n");
    EXPECT_EQ(groups.cores("1:cpu:/\n0::/\n"), 1.0);
}

TEST(ControlGroupCores, AreNoneOfAFileThatSaysNothingSensible) {
    const Groups groups;
    for (const std::string text : {
             "",
             "\n",
             " ",
             "max",
             "100000",
             "100000 ",
             "100000 0",
             "0 100000",
             "0 0",
             "-1 100000",
             "100000 -100000",
             "word 100000",
             "100000 word",
             "1e5 100000",
             "nan 100000",
             "inf 100000",
             "0x10000 100000",
             "100000 100000 100000",
             "999 100000",
             "100000 999",
             "100000 1000001",
             "99999999999999999999999 100000",
             "100000 99999999999999999999999",
         }) {
        groups.write("a/cpu.max", text);
        EXPECT_EQ(groups.cores("0::/a\n"), std::nullopt) << text;
    }
    groups.write("a/cpu.max", std::string("100000\0 100000", 14));
    EXPECT_EQ(groups.cores("0::/a\n"), std::nullopt);
    groups.write("a/cpu.max", "100000 100000" + std::string(100'000, ' '));
    EXPECT_EQ(groups.cores("0::/a\n"), std::nullopt);
    fs::remove(groups.mount() / "a/cpu.max");
    fs::create_directories(groups.mount() / "a/cpu.max");
    EXPECT_EQ(groups.cores("0::/a\n"), std::nullopt);
}

TEST(ControlGroupCores, AreThoseOfTheOthersWhereOneFileSaysNothingSensible) {
    const Groups groups;
    groups.write("cpu.max", "500000 100000\n");
    groups.write("a/cpu.max", "200000 0\n");
    EXPECT_EQ(groups.cores("0::/a\n"), 5.0);
}

TEST(ControlGroupCores, AreNoneOfHalfOfTheFirstVersion) {
    const Groups groups;
    groups.write("cpu/cpu.cfs_quota_us", "100000\n");
    EXPECT_EQ(groups.cores("1:cpu:/\n"), std::nullopt);
    groups.write("cpu/cpu.cfs_period_us", "0\n");
    EXPECT_EQ(groups.cores("1:cpu:/\n"), std::nullopt);
    groups.write("cpu/cpu.cfs_period_us", "100000\n");
    EXPECT_EQ(groups.cores("1:cpu:/\n"), 1.0);
    groups.write("cpu/cpu.cfs_quota_us", "");
    EXPECT_EQ(groups.cores("1:cpu:/\n"), std::nullopt);
}

TEST(CoresWithin, AreRoundedUp) {
    EXPECT_EQ(cores_within(8, 1.5), 2);
    EXPECT_EQ(cores_within(8, 2.0), 2);
    EXPECT_EQ(cores_within(8, 2.001), 3);
}

TEST(CoresWithin, AreNoMoreThanThereAre) {
    EXPECT_EQ(cores_within(8, std::nullopt), 8);
    EXPECT_EQ(cores_within(8, 7.5), 8);
    EXPECT_EQ(cores_within(8, 64.0), 8);
    EXPECT_EQ(cores_within(8, 1e300), 8);
    EXPECT_EQ(cores_within(8, std::numeric_limits<double>::infinity()), 8);
}

TEST(CoresWithin, AreAtLeastOne) {
    EXPECT_EQ(cores_within(8, 0.01), 1);
    EXPECT_EQ(cores_within(8, 0.0), 1);
    EXPECT_EQ(cores_within(8, -1e300), 1);
    EXPECT_EQ(cores_within(0, std::nullopt), 1);
}

TEST(AvailableCores, AreThoseOfTheProcessWithinTheQuota) {
    const Groups groups;
    const std::string own = groups.own("0::/a\n");
    const int all = available_cores(groups.mounted(), own);
    EXPECT_GE(all, 1);
    groups.write("a/cpu.max", "18446744073709551615 1000\n");
    EXPECT_EQ(available_cores(groups.mounted(), own), all);
    groups.write("a/cpu.max", std::to_string(all * 100'000 - 50'000) + " 100000\n");
    EXPECT_EQ(available_cores(groups.mounted(), own), all);
    groups.write("a/cpu.max", "100000 100000\n");
    EXPECT_EQ(available_cores(groups.mounted(), own), 1);
    groups.write("a/cpu.max", "20000 100000\n");
    EXPECT_EQ(available_cores(groups.mounted(), own), 1);
}

TEST(AvailableCores, AreAtLeastOneOnThisMachine) {
    EXPECT_GE(available_cores(), 1);
}

}  // namespace
}  // namespace breakwater
