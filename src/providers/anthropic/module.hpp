#pragma once

#include "breakwater/providers/provider.hpp"

namespace breakwater {

/// The registry line of dialect `anthropic`.
ProviderModule anthropic_module();

}  // namespace breakwater
