#pragma once

#include "breakwater/base/error.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::ingress {

/// `"metadata": {...}`: what the provider itself said, as a member of an error (C9).
void write_upstream(JsonWriter& json, const UpstreamFacts& facts);

}  // namespace breakwater::ingress
