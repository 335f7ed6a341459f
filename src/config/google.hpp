#pragma once

#include <string>

#include "sections.hpp"

namespace breakwater::config {

/// Reads and checks `project`, `location` and `credentials` of a provider in Google's cloud. `owner` is where the
/// provider's name stands.
void read_google(MapReader section, const std::string& path, Mark owner, GoogleSettings& google, LoadContext& context);

}  // namespace breakwater::config
