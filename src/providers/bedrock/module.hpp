#pragma once

#include "breakwater/providers/provider.hpp"

namespace breakwater {

ProviderModule bedrock_module();

}  // namespace breakwater
