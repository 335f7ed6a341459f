#pragma once

#include <string>

#include "sections.hpp"

namespace breakwater::config {

/// Checks what is asked of Azure against the form of its address: `api_version`, `passthrough: files`, and the
/// Responses API. For providers of all dialects, once preset and quirks are read.
void check_azure(MapReader section, const Provider& provider, const std::string& path, LoadContext& context);

}  // namespace breakwater::config
