#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "problems.hpp"
#include "yaml_tree.hpp"

namespace breakwater::config {

struct ReferenceFault {
    std::string message;
    std::string hint;
};

using VariableLookup = std::function<std::optional<std::string>(const std::string&)>;

/// `${VAR}`, `${VAR:-default}` (also for an empty one), `${VAR:?message}`, and `$$` for a dollar. Any other `$` stands
/// for itself.
std::expected<std::string, ReferenceFault> expand_references(std::string_view text, const VariableLookup& variable);

/// Expands every scalar of the tree in place; reports what is missing.
void expand_references(YamlTree& tree, const VariableLookup& variable, Problems& problems);

}  // namespace breakwater::config
