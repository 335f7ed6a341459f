#pragma once

#include "api_path.hpp"
#include "breakwater/gateway/snapshot.hpp"
#include "breakwater/wire/http_message.hpp"

// What is asked of a request's head before its body is read.

namespace breakwater {

bool is_recording(Endpoint endpoint) noexcept;
/// Of one form that is the whole request, and not a file for a provider to keep.
bool has_form_body(Endpoint endpoint) noexcept;

/// Whether the start of a recording's form is enough to begin with: where its model leads to deployments all of which
/// get the form as it is, or to nobody, which is said at once. What may be a choice among routes is received whole.
bool takes_recording_start(const Snapshot& snapshot, const HttpRequest& start);

/// Nothing but the head is read of those who need no key. Errors: invalid_request.
Result<void> check_no_body(const Headers& headers);

/// What an endpoint asks of a head beside the key, which is null where none is needed. Completes `path` for those whose
/// provider stands in it. Errors: unsupported_media_type, forbidden, and what the endpoints' own checks say.
Result<void> check_asked(const Snapshot& snapshot, const config::ClientKey* key, ApiPath& path,
                         const HttpRequest& head);

}  // namespace breakwater
