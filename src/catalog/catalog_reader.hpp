#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "breakwater/base/error.hpp"
#include "breakwater/catalog/model.hpp"

namespace breakwater::catalog {

/// Reads one catalogue file; `vendor` is the file's name without its extension and must be what the file says. The form
/// is described in config/catalog/README.md. The Error (kind internal) names file and line.
Result<std::vector<ModelFacts>> read_catalog_file(std::string_view vendor, const std::string& text);

}  // namespace breakwater::catalog
