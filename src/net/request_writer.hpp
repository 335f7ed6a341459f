#pragma once

#include <string>

#include "breakwater/net/upstream.hpp"
#include "breakwater/wire/http_message.hpp"
#include "outgoing_rest.hpp"

namespace breakwater {

/// The head of a request to a provider, up to and including the empty line: what the provider's module wrote, and what
/// is the transport's to say (Host, the framing, no content coding). `session`: the request asks to leave HTTP, and has
/// no body. `rest`: what its body goes on with, or null; of one that is chunked the line of the first chunk follows.
std::string write_request_head(const HttpRequest& request, const UpstreamEndpoint& endpoint, bool session,
                               const OutgoingRest* rest);

}  // namespace breakwater
