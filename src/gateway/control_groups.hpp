#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace breakwater {

/// Folders of the control groups that hold this process in one hierarchy: its own first, then each one above, and last
/// the one that is mounted. A folder need not exist. Where the process's own is not known it is the mounted one alone.
///
/// `groups` is the folder where control groups are mounted, `own` the file that names the process's own. `controller`
/// says which hierarchy of version 1 is meant (`cpu`, `memory`); empty: that of version 2.
///
/// For who looks for a limit (memory, CPU). Reads files and keeps nothing; on any thread.
std::vector<std::string> control_group_folders(const std::string& groups, const std::string& own,
                                               std::string_view controller);

}  // namespace breakwater
