#pragma once

#include "breakwater/providers/provider.hpp"

namespace breakwater {

/// The registry line of dialect `vertex`.
ProviderModule vertex_module();

}  // namespace breakwater
