#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "breakwater/base/error.hpp"
#include "breakwater/config/config.hpp"
#include "breakwater/wire/http_message.hpp"

namespace breakwater {

/// 64 lower-case hex digits.
std::string sha256_hex(std::string_view bytes);

/// The key that a request carries: `Authorization: Bearer`, or `api-key`, `x-api-key` or `x-goog-api-key` as other SDKs
/// send it. Empty when none.
std::string_view presented_key(const Headers& headers) noexcept;

/// The client key of a request; `in_query` is one that its address has, for dialects that take it there. Null when keys
/// are open. Errors: unauthorized, in the same words and time whether the key is unknown or disabled. Compares digests
/// in constant time, all of them, so that the time tells nothing about which one was near.
Result<const config::ClientKey*> authenticate(const config::Config& config, const Headers& headers,
                                              std::string_view in_query = {});

/// Whether the key may reach the API of that provider past the routes, as far as the key goes.
bool may_reach(const config::ClientKey* key, std::string_view provider) noexcept;

/// Whether the key may use the route.
bool may_use(const config::ClientKey* key, std::string_view route) noexcept;

}  // namespace breakwater
