#pragma once

#include <string>

#include "breakwater/wire/json_reader.hpp"

namespace breakwater::google {

/// Writes a `logprobsResult` to `out` as the `logprobs` object of a choice. False, and nothing written, when it has no
/// tokens.
bool write_logprobs(std::string& out, JsonReader::Element result);

}  // namespace breakwater::google
