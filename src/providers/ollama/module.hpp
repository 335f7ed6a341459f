#pragma once

#include "breakwater/providers/provider.hpp"

namespace breakwater {

ProviderModule ollama_module();

}  // namespace breakwater
