#pragma once

#include "breakwater/canonical/usage.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::openai_responses {

/// The counts of a `usage` object.
Usage read_usage(JsonReader::Element usage);

}  // namespace breakwater::openai_responses
