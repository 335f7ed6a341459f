#pragma once

#include <string>

#include "sections.hpp"

namespace breakwater::config {

/// Reads and checks the application of Microsoft Entra that a provider of Azure is used as, if there is one. True when
/// there is.
bool read_entra(MapReader section, const std::string& path, Provider& provider, LoadContext& context);

}  // namespace breakwater::config
