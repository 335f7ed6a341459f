#pragma once

#include <string>
#include <string_view>

#include "breakwater/base/error.hpp"
#include "breakwater/base/secret.hpp"

namespace breakwater::jwt {

/// Base64 with `-` and `_`, without padding (RFC 4648, section 5).
std::string base64url(std::string_view bytes);

/// What a signature stands for: both parts encoded, with a dot between them (RFC 7515, section 5.1). They are compact
/// JSON.
std::string signing_input(std::string_view header, std::string_view claims);

/// The signed token with RS256 (RSASSA-PKCS1-v1_5 and SHA-256; RFC 7518, section 3.3). `private_key`: PEM, unencrypted.
/// Errors: upstream_auth when it is no RSA key; the message says nothing of it.
Result<Secret> sign_rs256(std::string_view header, std::string_view claims, const Secret& private_key);

}  // namespace breakwater::jwt
