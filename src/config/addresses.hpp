#pragma once

#include <string>
#include <string_view>

#include "breakwater/config/config.hpp"
#include "breakwater/config/scalars.hpp"

namespace breakwater::config {

/// `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`; `:8080` means all IPv4 addresses.
Parsed<Address> parse_address(std::string_view text);
/// As it is written in YAML.
std::string to_string(const Address& address);
bool is_loopback(const Address& address) noexcept;
/// Both cannot be listened on by one process.
bool clash(const Address& a, const Address& b) noexcept;

/// An http or https URL with a host, without user, query and fragment; the result has no slash at its end.
/// `credential_key`: where a credential goes instead, for the hint.
Parsed<std::string> parse_base_url(std::string_view text, std::string_view credential_key = "api_key");

/// An origin as browsers send it: scheme, host and port where it is not the scheme's own, in lower case.
Parsed<std::string> parse_origin(std::string_view text);

}  // namespace breakwater::config
