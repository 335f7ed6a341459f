#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "api_path.hpp"
#include "breakwater/exchange/operation.hpp"
#include "breakwater/gateway/snapshot.hpp"
#include "breakwater/wire/http_message.hpp"

namespace breakwater {

// /v1/files and /v1/batches: what a provider keeps, whose ids say which one. Whose API is open for that, the
// configuration says (`passthrough`), and a client's key to whom it may go.

/// Something at /v1/files or /v1/batches.
bool is_about_files(Endpoint endpoint) noexcept;

/// Finds the provider that a request goes to: the one that its id names; or, for lists and uploads, the one that the
/// header x-breakwater-provider names, or the only one that it can be, which becomes the `model` of the path. The body
/// of a new batch says it later. Errors: not_found, forbidden, and invalid_request where there are several.
Result<void> find_file_owner(const Snapshot& snapshot, const config::ClientKey* key, ApiPath& path,
                             const HttpRequest& head);

/// The way to a provider that keeps files. Errors: not_found, forbidden.
Result<Snapshot::Resolved> files_route(const Snapshot& snapshot, const config::ClientKey* key,
                                       std::string_view provider);

/// The operation of a request whose owner was found, without its body.
std::unique_ptr<Operation> make_file_operation(const ApiPath& path, const HttpRequest& head);

}  // namespace breakwater
