#include <sched.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "gateway_worker.hpp"

namespace breakwater {

namespace {

/// Cores granted by the CPU controller of cgroup v2 or v1, or nothing when unlimited.
std::optional<double> cgroup_quota() {
    std::string quota;
    double period = 0;
    if (std::ifstream v2("/sys/fs/cgroup/cpu.max"); v2 >> quota >> period && quota != "max" && period > 0) {
        if (const auto value = parse_double(quota)) return *value / period;
    }
    double quota_us = -1;
    std::ifstream quota_file("/sys/fs/cgroup/cpu/cpu.cfs_quota_us");
    std::ifstream period_file("/sys/fs/cgroup/cpu/cpu.cfs_period_us");
    if (quota_file >> quota_us && period_file >> period && quota_us > 0 && period > 0) return quota_us / period;
    return std::nullopt;
}

}  // namespace

int available_cores() {
    cpu_set_t set;
    CPU_ZERO(&set);
    int cores = ::sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;
    if (const auto quota = cgroup_quota()) cores = std::min(cores, static_cast<int>(std::ceil(*quota)));
    return std::max(1, cores);
}

}  // namespace breakwater
