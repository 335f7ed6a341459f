#include "available_cores.hpp"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <string_view>

#include "breakwater/base/strings.hpp"
#include "control_groups.hpp"

namespace breakwater {

namespace {

/// The kernel takes no quota and no period below a millisecond, and no period above a second. Other numbers are a
/// mistake of whatever stands in for the kernel, and must not leave a whole machine with one worker.
constexpr std::uint64_t kShortestUs = 1'000;
constexpr std::uint64_t kLongestPeriodUs = 1'000'000;

/// What a small file says, without the white space around it. Empty when there is none, or more than two numbers fill.
std::string read_small(const std::string& path) {
    char text[64];
    std::ifstream file(path);
    file.read(text, sizeof(text));
    const auto size = static_cast<std::size_t>(file.gcount());
    return size < sizeof(text) ? std::string(trim({text, size})) : std::string();
}

/// Both in microseconds. A quota that is none is a word (`max`) or below 0.
std::optional<double> cores_of(std::string_view quota, std::string_view period) {
    const auto quota_us = parse_u64(quota);
    const auto period_us = parse_u64(period);
    if (!quota_us || *quota_us < kShortestUs) return std::nullopt;
    if (!period_us || *period_us < kShortestUs || *period_us > kLongestPeriodUs) return std::nullopt;
    return static_cast<double>(*quota_us) / static_cast<double>(*period_us);
}

/// Version 2 has both in one file.
std::optional<double> quota_v2(const std::string& folder) {
    const std::string text = read_small(folder + "/cpu.max");
    const auto words = split(text, ' ');
    return words.size() == 2 ? cores_of(words[0], words[1]) : std::nullopt;
}

std::optional<double> quota_v1(const std::string& folder) {
    return cores_of(read_small(folder + "/cpu.cfs_quota_us"), read_small(folder + "/cpu.cfs_period_us"));
}

}  // namespace

// Both versions are asked: a machine may have both, and then only one of them has the CPU controller.
std::optional<double> control_group_cores(const std::string& groups, const std::string& own) {
    std::optional<double> least;
    const auto narrow = [&least](std::optional<double> quota) {
        if (quota && (!least || *quota < *least)) least = quota;
    };
    for (const std::string& folder : control_group_folders(groups, own, "")) narrow(quota_v2(folder));
    for (const std::string& folder : control_group_folders(groups, own, "cpu")) narrow(quota_v1(folder));
    return least;
}

// Compared before it becomes an integer, which a large quota does not fit in.
int cores_within(int cores, std::optional<double> quota) {
    const double most = quota ? std::min(static_cast<double>(cores), std::ceil(*quota)) : cores;
    return static_cast<int>(std::max(1.0, most));
}

int available_cores(const std::string& groups, const std::string& own) {
    cpu_set_t set;
    CPU_ZERO(&set);
    const int cores = ::sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;
    return cores_within(cores, control_group_cores(groups, own));
}

}  // namespace breakwater
