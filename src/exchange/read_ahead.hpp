#pragma once

#include "breakwater/exchange/exchange.hpp"

namespace breakwater {

/// Remembers what the head of an answer says is left of the provider's limits, so that nothing is sent that they would
/// refuse: at the credential where there are several, else at the deployment.
void read_ahead(const Headers& headers, const Deployment& deployment, const Credential& credential,
                const ExchangeContext& context);

}  // namespace breakwater
