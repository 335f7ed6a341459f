#pragma once

#include "breakwater/base/error.hpp"
#include "breakwater/wire/http_message.hpp"

namespace breakwater::ingress {

/// Whether an SDK may send the request again by itself.
bool should_retry(const Error& error);

/// x-should-retry, and Retry-After where the time is known: what the SDKs of OpenAI and Anthropic go by.
void set_retry_headers(Headers& headers, const Error& error);

}  // namespace breakwater::ingress
