#pragma once

#include "breakwater/credentials/credential.hpp"
#include "breakwater/exchange/operation.hpp"

namespace breakwater {

/// What an attempt on a deployment sends: the operation, bent to it and said in its provider's words, with the
/// credential. `adapted` gets what was done to the request, `decoder` what reads the answer. Pure. Errors: as
/// Operation::encode.
Result<HttpRequest> make_upstream_request(const Operation& operation, const Deployment& deployment,
                                          const Provider& provider, config::AdaptMode mode,
                                          const Credential& credential, WallTime now, Adaptations& adapted,
                                          std::unique_ptr<ResponseDecoder>& decoder);

}  // namespace breakwater
