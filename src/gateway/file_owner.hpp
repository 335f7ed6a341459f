#pragma once

#include <string_view>

#include "api_path.hpp"
#include "breakwater/gateway/snapshot.hpp"
#include "breakwater/wire/http_message.hpp"

namespace breakwater {

// Who keeps what a client asks for at /v1/files, /v1/batches and /v1/messages/batches. Whose API is open for that, the
// configuration says (`passthrough`), and a client's key to whom it may go. Providers of OpenAI's dialects keep things
// for clients of OpenAI's, those of Anthropic's for clients of Anthropic's: nothing is translated.

/// The header in which a client names the provider of a new file or batch, or of a list.
inline constexpr std::string_view kProviderHeader = "x-breakwater-provider";

/// Whose words the client at this path has: openai_chat or anthropic_messages.
ClientDialect file_dialect(const ApiPath& path) noexcept;

/// Something without an id of its own: an upload, a list, or a new batch.
bool is_file_collection(Endpoint endpoint) noexcept;

/// A parameter of Anthropic's lists whose value is an id, with its provider's name as the gateway gave it.
bool is_id_parameter(std::string_view name) noexcept;

/// Finds the provider that a request goes to: the one that its id names; or, for lists and what is new, the one that
/// the header x-breakwater-provider or an id of the query names, or the only one that it can be, which becomes the
/// `model` of the path. The body of a new batch of OpenAI's says it later; that of Anthropic's can, so that there it
/// stays empty where several are possible. Errors: not_found, forbidden, and invalid_request where there are several.
Result<void> find_file_owner(const Snapshot& snapshot, const config::ClientKey* key, ApiPath& path,
                             const HttpRequest& head);

/// The way to a provider that keeps files for clients of that dialect; "": nobody has named one, though there are
/// several. Errors: not_found, forbidden, invalid_request.
Result<Snapshot::Resolved> files_route(const Snapshot& snapshot, const config::ClientKey* key,
                                       std::string_view provider, ClientDialect dialect);

/// Whether a chat of Anthropic's dialect may name a file of that provider. Errors: invalid_request, forbidden.
Result<void> check_named_files(const Snapshot& snapshot, const config::ClientKey* key, std::string_view provider);

}  // namespace breakwater
