#pragma once

#include <string>

#include "sections.hpp"

namespace breakwater::config {

/// The rest of an advice about a key that is for Azure only, at a provider that is not asked as Azure is: what else
/// than removing it the user may want.
std::string or_be_azure(const Provider& provider);

/// Reads and checks the application of Microsoft Entra that a provider of Azure is used as, if there is one. True when
/// there is.
bool read_entra(MapReader section, const std::string& path, Provider& provider, LoadContext& context);

}  // namespace breakwater::config
