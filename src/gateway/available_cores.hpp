#pragma once

#include <optional>
#include <string>

namespace breakwater {

/// CPU time that this process's control groups grant it, in cores: 1.5 is one and a half seconds in each second. The
/// smallest of what its own group and all above it have, version 2 or 1; nothing when none of them has a quota. A file
/// that cannot be read, or says what the kernel never would, is no quota.
///
/// `groups` is the folder where control groups are mounted, `own` the file that names the process's own. Reads files
/// and keeps nothing; on any thread.
std::optional<double> control_group_cores(const std::string& groups = "/sys/fs/cgroup",
                                          const std::string& own = "/proc/self/cgroup");

/// Whole cores of `cores` that a quota lets work. Rounded up, because what is left of a core would be lost otherwise.
/// At least 1. Pure.
int cores_within(int cores, std::optional<double> quota);

/// Whole cores that the calling thread may use: those of the machine or of its CPU set, within the quota of its control
/// groups. At least 1.
///
/// Asked once, by the service when it starts, for the number of its workers where the configuration says `auto`: a
/// quota that changes later is seen after a restart. On any thread; best on the main one, before others are bound to
/// cores.
int available_cores(const std::string& groups = "/sys/fs/cgroup", const std::string& own = "/proc/self/cgroup");

}  // namespace breakwater
