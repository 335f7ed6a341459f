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

}  // namespace breakwater
