#include <unistd.h>

#include <fstream>
#include <limits>

#include "control_groups.hpp"
#include "memory_watch.hpp"

namespace breakwater {

namespace {

/// The number in a file that holds nothing else. Nothing where there is no such file, or a word: `max`.
std::optional<std::uint64_t> read_number(const std::string& path) {
    std::uint64_t value = 0;
    std::ifstream file(path);
    if (!(file >> value)) return std::nullopt;
    return value;
}

/// What a file of lines `key number` says of a key; 0 when nothing.
std::uint64_t read_member(const std::string& path, const std::string& key) {
    std::ifstream file(path);
    std::string name;
    std::uint64_t value = 0;
    while (file >> name >> value) {
        if (name == key) return value;
    }
    return 0;
}

struct Version {
    std::string_view controller;  ///< of its hierarchy: see control_group_folders()
    const char* limit;
    const char* usage;
    const char* cache_key;
};

constexpr Version kVersions[] = {
    {"", "memory.max", "memory.current", "inactive_file"},
    {"memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"},
};

/// What version 1 says where nothing was set is a number that no machine has.
constexpr std::uint64_t kNoLimit = std::uint64_t{1} << 60;

/// Takes a group's limit when it is tighter than what was found.
void narrow(MemoryGauge& gauge, const std::string& group, const Version& version) {
    const auto limit = read_number(group + "/" + version.limit);
    if (!limit || *limit >= kNoLimit || (gauge.limit != 0 && gauge.limit <= *limit)) return;
    gauge = {*limit, group + "/" + version.usage, group + "/memory.stat", version.cache_key};
}

}  // namespace

std::optional<std::uint64_t> MemoryGauge::used() const {
    if (usage_file.empty()) {
        std::uint64_t total = 0;
        std::uint64_t resident = 0;
        std::ifstream file("/proc/self/statm");
        if (!(file >> total >> resident)) return std::nullopt;
        return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    }
    const auto all = read_number(usage_file);
    if (!all) return std::nullopt;
    const std::uint64_t cache = read_member(stat_file, cache_key);
    return *all > cache ? *all - cache : 0;
}

MemoryGauge process_memory(std::uint64_t limit) {
    return {.limit = limit};
}

MemoryGauge control_group_memory(const std::string& groups, const std::string& own) {
    MemoryGauge gauge;
    for (const Version& version : kVersions) {
        for (const std::string& folder : control_group_folders(groups, own, version.controller)) {
            narrow(gauge, folder, version);
        }
    }
    return gauge;
}

}  // namespace breakwater
