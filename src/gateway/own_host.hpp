#pragma once

#include <string>

namespace breakwater {

/// True for a host of one's own, by how it is written and without asking DNS: a loopback, private (RFC 1918, fc00::/7),
/// link-local or carrier-shared (100.64.0.0/10) address, a name without a dot, or one below `.internal`, `.local` and
/// the like. A list of what is known: anything else counts as somebody else's. `host` is as in UpstreamEndpoint:
/// without brackets and port.
bool is_own_host(const std::string& host);

}  // namespace breakwater
