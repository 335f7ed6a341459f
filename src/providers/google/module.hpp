#pragma once

#include "breakwater/providers/provider.hpp"

namespace breakwater {

/// The registry line of dialect `google`.
ProviderModule google_module();

}  // namespace breakwater
