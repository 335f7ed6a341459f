#include "breakwater/exchange/upstream_request.hpp"

namespace breakwater {

Result<HttpRequest> make_upstream_request(const Operation& operation, const Deployment& deployment,
                                          const Provider& provider, config::AdaptMode mode,
                                          const Credential& credential, WallTime now, Adaptations& adapted,
                                          std::unique_ptr<ResponseDecoder>& decoder) {
    const EncodeContext encode{.deployment = deployment,
                               .credential = credential.secret,
                               .now = now,
                               .mode = mode,
                               .adapted = adapted,
                               .access_token = credential.access_token,
                               .aws = &credential.aws};
    return operation.encode(provider, encode, decoder);
}

std::uint64_t join_trace(const TraceContext& trace, const ProviderBinding& provider, Headers& headers, Rng& rng) {
    const std::uint64_t span_id = trace.spans ? random_span_id(rng) : trace.parent_id;
    if (provider.gets_trace) set_trace_context(headers, trace, span_id);
    return span_id;
}

}  // namespace breakwater
