#pragma once

#include <string>

#include "breakwater/wire/json_reader.hpp"

namespace breakwater::google {

/// A `logprobsResult` as the `logprobs` object of a choice; empty when it has no tokens.
std::string logprobs_json(JsonReader::Element result);

}  // namespace breakwater::google
