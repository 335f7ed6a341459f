#include "control_groups.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>

#include "breakwater/base/strings.hpp"

namespace breakwater {

namespace {

/// A line of the process's list of groups: `number:controllers:path`.
struct Membership {
    std::string controllers{};  ///< as the kernel joins them: `cpu,cpuacct`
    std::string path{};         ///< below the mount; of the mounted group itself: "/"
};

std::optional<Membership> find_membership(const std::string& own, std::string_view controller) {
    std::ifstream file(own);
    std::string line;
    while (std::getline(file, line)) {
        const auto first = line.find(':');
        if (first == std::string::npos) continue;
        // A path may have colons itself, so the line is not split at all of them.
        const auto second = line.find(':', first + 1);
        if (second == std::string::npos || line.find('/', second) != second + 1) continue;
        Membership found{line.substr(first + 1, second - first - 1), line.substr(second + 1)};
        const auto names = split(found.controllers, ',');
        if (std::ranges::find(names, controller) != names.end()) return found;
    }
    return std::nullopt;
}

/// Version 2 is mounted at the top. A hierarchy of version 1 has the name of its controllers, and mostly, but not
/// everywhere, a link with the name of each.
std::string mount_of(const std::string& groups, const std::string& controllers, std::string_view controller) {
    if (controller.empty()) return groups;
    std::string joined = groups + "/" + controllers;
    std::error_code failed;
    if (!controllers.empty() && std::filesystem::exists(joined, failed)) return joined;
    return groups + "/" + std::string(controller);
}

}  // namespace

// In a container the path may be one of the host's, of which the container sees only its own end: then the group is
// the root of what it sees. So each folder on the way up is named, and those that do not exist say nothing.
std::vector<std::string> control_group_folders(const std::string& groups, const std::string& own,
                                               std::string_view controller) {
    auto [controllers, path] = find_membership(own, controller).value_or(Membership{});
    const std::string mount = mount_of(groups, controllers, controller);
    // A process that was moved out of its namespace's root has a path that begins so; nothing of it is mounted here.
    if (path == "/" || path == "/.." || path.starts_with("/../")) path.clear();
    std::vector<std::string> folders;
    for (; !path.empty(); path.resize(path.rfind('/'))) folders.push_back(mount + path);
    folders.push_back(mount);
    return folders;
}

}  // namespace breakwater
