#pragma once

#include <cstdint>
#include <string_view>

#include "breakwater/base/clock.hpp"
#include "breakwater/base/error.hpp"
#include "breakwater/gateway/snapshot.hpp"
#include "breakwater/wire/http_message.hpp"

namespace breakwater {

/// True for [A-Za-z0-9._-]{1,128}: what may be taken over from a client and written into headers and log.
bool is_request_id(std::string_view id) noexcept;

/// True when the target's query has the field, written just so: "format=text".
bool query_has(std::string_view target, std::string_view field) noexcept;

/// A body in no content coding. Errors: unsupported_media_type.
Result<void> check_plain_body(const Headers& headers);

/// A body of JSON in no content coding. Errors: unsupported_media_type.
Result<void> check_json_body(const Headers& headers);

/// What a client's headers say of its own time and tries. How long it waits (C5): `x-breakwater-timeout-ms` is a limit
/// for the whole answer. The SDKs' own headers say how long they wait for the first byte (X-Stainless-Timeout, Node) or
/// between bytes (x-stainless-read-timeout, Python): for a whole answer that is the same as a limit for all of it, for
/// a stream only for its beginning. `x-stainless-retry-count` says how often the SDK has sent this request before.
struct ClientHints {
    Duration total = Duration::max();
    Duration first_byte = Duration::max();
    std::uint8_t retries = 0;  ///< 255 stands for more as well
};
ClientHints client_hints(const Headers& headers, bool stream);

/// The features that an Anthropic client asks for by header belong to its request: a provider of its dialect needs them
/// too, and what others are not told is noted. For requests of that dialect.
void keep_betas(const Headers& headers, ChatRequest& request);

/// 404 for a model name, with the nearest one there is.
Error model_not_found(const Snapshot& snapshot, std::string_view model);

/// An error of the HTTP layer by its status.
Error error_of_status(int status, std::string_view reason);

}  // namespace breakwater
