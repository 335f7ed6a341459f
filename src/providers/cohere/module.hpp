#pragma once

#include "breakwater/providers/provider.hpp"

namespace breakwater {

ProviderModule cohere_module();

}  // namespace breakwater
