#pragma once

#include <string_view>

#include "breakwater/net/resolver.hpp"

namespace breakwater {

/// True when the address is one of the public internet: not the machine's own, private, link-local, shared by carriers,
/// multicast, reserved, or an IPv6 form that carries an IPv4 address. What is not known to be public is not (IANA's
/// special-purpose registries, RFC 6890). Pure.
bool is_public_address(const ResolvedAddress& address) noexcept;

}  // namespace breakwater
