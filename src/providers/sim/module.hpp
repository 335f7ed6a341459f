#pragma once

#include "breakwater/providers/provider.hpp"

namespace breakwater {

/// The registry line of dialect `sim`.
ProviderModule sim_module();

}  // namespace breakwater
