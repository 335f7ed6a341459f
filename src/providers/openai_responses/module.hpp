#pragma once

#include "breakwater/providers/provider.hpp"

namespace breakwater {

/// The registry line of dialect `openai.responses`.
ProviderModule openai_responses_module();

}  // namespace breakwater
