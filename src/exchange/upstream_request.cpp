#include "breakwater/exchange/upstream_request.hpp"

namespace breakwater {

Result<HttpRequest> make_upstream_request(BentRequest& request, const Deployment& deployment, const Provider& provider,
                                          config::AdaptMode mode, const Credential& credential, WallTime now,
                                          Adaptations& adapted) {
    if (auto bent = adapt_request(request, deployment.capabilities, deployment.facts, mode, adapted); !bent)
        return std::unexpected(std::move(bent.error()));
    const EncodeContext encode{.deployment = deployment,
                               .credential = credential.secret,
                               .now = now,
                               .mode = mode,
                               .adapted = adapted,
                               .access_token = credential.access_token,
                               .aws = &credential.aws};
    return provider.encode(request.get(), encode);
}

}  // namespace breakwater
