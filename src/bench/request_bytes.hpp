#pragma once

#include <string>
#include <string_view>

#include "breakwater/bench/options.hpp"

namespace breakwater::bench {

/// Head and body of the one request that is sent again and again, ready for the wire. Errors: a header of the options
/// that is none, or that would change the framing.
Result<std::string> make_request(std::string_view host, std::string_view target, const Options& options);

/// The chat request that the options describe.
std::string make_body(const Options& options);

}  // namespace breakwater::bench
