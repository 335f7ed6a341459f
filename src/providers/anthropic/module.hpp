#pragma once

#include <memory>

#include "breakwater/providers/provider.hpp"
#include "request.hpp"

namespace breakwater {

/// The registry line of dialect `anthropic`.
ProviderModule anthropic_module();

/// The dialect at another place: Vertex AI serves it too.
std::unique_ptr<Provider> make_anthropic_provider(anthropic::Endpoint endpoint);

}  // namespace breakwater
