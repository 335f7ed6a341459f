#pragma once

#include "breakwater/base/error.hpp"
#include "breakwater/wire/http_message.hpp"

namespace breakwater::ingress {

/// Whether the client that gets this error should ask again.
bool should_retry(const Error& error);

/// x-should-retry, and where a wait is known retry-after (seconds) and retry-after-ms.
void set_retry_headers(Headers& headers, const Error& error);

}  // namespace breakwater::ingress
