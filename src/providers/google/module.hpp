#pragma once

#include <memory>

#include "breakwater/providers/provider.hpp"
#include "request.hpp"

namespace breakwater {

/// The registry line of dialect `google`.
ProviderModule google_module();

/// The dialect at another place: Vertex AI serves it too.
std::unique_ptr<Provider> make_google_provider(google::Endpoint endpoint);

}  // namespace breakwater
