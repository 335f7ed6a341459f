#pragma once

#include "breakwater/credentials/credential.hpp"
#include "breakwater/providers/provider.hpp"
#include "breakwater/routing/bent_request.hpp"

namespace breakwater {

/// Bends a request to a deployment and says it in its provider's words: what an attempt sends. `adapted` gets what was
/// done to the request. Pure. Errors: unsupported_parameter for what the deployment lacks or cannot be told.
Result<HttpRequest> make_upstream_request(BentRequest& request, const Deployment& deployment, const Provider& provider,
                                          config::AdaptMode mode, const Credential& credential, WallTime now,
                                          Adaptations& adapted);

}  // namespace breakwater
