#pragma once

#include "problems.hpp"
#include "yaml_tree.hpp"

namespace breakwater::config {

/// Hides the values of the file that are or may be credentials: those of keys named like one, well spelt or not, and
/// all header values. To be called before references are expanded.
void hide_credentials(const YamlTree& tree, Problems& problems);

}  // namespace breakwater::config
