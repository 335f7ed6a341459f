#pragma once

#include "breakwater/providers/provider.hpp"

namespace breakwater {

/// The registry line of dialect `openai`.
ProviderModule openai_module();

}  // namespace breakwater
