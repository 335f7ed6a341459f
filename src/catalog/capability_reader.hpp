#pragma once

#include <yaml-cpp/yaml.h>

#include "breakwater/catalog/capabilities.hpp"
#include "yaml_fields.hpp"

namespace breakwater::catalog {

/// Takes the keys `features` and `parameters` of a map; what they do not state stays unknown. Throws YAML::Exception.
Capabilities read_capabilities(Fields& fields);

}  // namespace breakwater::catalog
