#include <unistd.h>

#include <fstream>
#include <limits>

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

/// The path of the process's group in a hierarchy. `controllers` is what the file has between the colons: nothing for
/// version 2.
std::optional<std::string> own_group(const std::string& own, std::string_view controllers) {
    std::ifstream file(own);
    std::string line;
    while (std::getline(file, line)) {
        const auto first = line.find(':');
        const auto second = line.find(':', first + 1);
        if (first == std::string::npos || second == std::string::npos) continue;
        if (std::string_view(line).substr(first + 1, second - first - 1) == controllers) return line.substr(second + 1);
    }
    return std::nullopt;
}

struct Version {
    std::string_view controllers;  ///< as the process's list of groups names the hierarchy
    const char* below;             ///< where it is mounted
    const char* limit;
    const char* usage;
    const char* cache_key;
};

constexpr Version kVersions[] = {
    {"", "", "memory.max", "memory.current", "inactive_file"},
    {"memory", "/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"},
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

// In a container the path may be one of the host's, of which the container sees only its own end: then the group is
// the root of what it sees. So each folder on the way up is asked, and those that do not exist say nothing.
MemoryGauge control_group_memory(const std::string& groups, const std::string& own) {
    MemoryGauge gauge;
    for (const Version& version : kVersions) {
        const auto group = own_group(own, version.controllers);
        if (!group) continue;
        const std::string root = groups + version.below;
        for (std::string path = *group;; path.resize(path.rfind('/'))) {
            if (path == "/") path.clear();
            narrow(gauge, root + path, version);
            if (path.rfind('/') == std::string::npos) break;
        }
    }
    return gauge;
}

}  // namespace breakwater
