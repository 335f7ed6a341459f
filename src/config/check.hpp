#pragma once

#include <string>

#include "breakwater/config/loader.hpp"
#include "problems.hpp"
#include "yaml_tree.hpp"

namespace breakwater::config {

/// Holds the tree against the table of keys: unknown, missing and unavailable keys, kinds of values, syntax and ranges
/// of scalars. A node with a problem is marked as broken, so that the readers can take what is left as correct.
void check_against_table(YamlTree& tree, const Environment& environment, Problems& problems);

/// A scalar as a message may show it: as it stands in the file, quoted, short.
std::string shown(const Node& node);

}  // namespace breakwater::config
