#pragma once

#include "breakwater/credentials/credential.hpp"
#include "breakwater/exchange/exchange.hpp"
#include "breakwater/exchange/operation.hpp"

namespace breakwater {

/// What an attempt on a deployment sends: the operation, bent to it and said in its provider's words, with the
/// credential. `adapted` gets what was done to the request, `decoder` what reads the answer. Pure. Errors: as
/// Operation::encode.
Result<HttpRequest> make_upstream_request(const Operation& operation, const Deployment& deployment,
                                          const Provider& provider, config::AdaptMode mode,
                                          const Credential& credential, WallTime now, Adaptations& adapted,
                                          std::unique_ptr<ResponseDecoder>& decoder);

/// Makes an attempt a part of the request's trace, of which its provider is told where the configuration says so.
/// Returns the id of its span: a new one, or where the gateway only passes the trace on, that of the client.
std::uint64_t join_trace(const TraceContext& trace, const ProviderBinding& provider, Headers& headers, Rng& rng);

}  // namespace breakwater
