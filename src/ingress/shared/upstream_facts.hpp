#pragma once

#include <string_view>

#include "breakwater/base/error.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::ingress {

/// A member of the open object, unless there is nothing to say.
void write_known(JsonWriter& json, std::string_view name, std::string_view value);

/// `"provider": {...}`: what the provider itself said, as a member of an error (C9).
void write_upstream(JsonWriter& json, const UpstreamFacts& facts);

}  // namespace breakwater::ingress
