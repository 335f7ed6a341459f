#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "breakwater/exchange/operation.hpp"
#include "breakwater/gateway/snapshot.hpp"
#include "breakwater/wire/http_message.hpp"

namespace breakwater {

// /providers/NAME/REST: a request that goes to a configured provider as it came, with the provider's credential in the
// place of the client's. The configuration says which providers are open for that, and a client's key to whom it may
// go.

/// Before the body is read. Errors: not_found for a provider that is not open, forbidden, and invalid_request for a
/// target that could be read as one that is not below the provider's address.
Result<void> check_passthrough(const Snapshot& snapshot, const config::ClientKey* key, std::string_view provider,
                               std::string_view target);

/// The operation of a request that `check_passthrough` lets through, without its body.
std::unique_ptr<Operation> make_passthrough(const HttpRequest& head, std::string_view provider);

/// The way to that provider, for any request that passes the routes by. Errors: not_found, forbidden.
Result<Snapshot::Resolved> relay_route(const Snapshot& snapshot, const config::ClientKey* key,
                                       std::string_view provider);

}  // namespace breakwater
