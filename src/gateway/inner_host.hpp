#pragma once

#include <string>
#include <string_view>

namespace breakwater {

/// True for a name that leads nowhere on the public internet: one without a dot, or below `.local`, `.internal` and the
/// like. For names only, not for addresses.
bool is_inner_name(std::string_view name);

/// True for a host of one's own, by how it is written and without asking DNS: an address that is not public, or an
/// inner name. `host` is as in UpstreamEndpoint: without brackets and port.
bool is_inner_host(const std::string& host);

}  // namespace breakwater
