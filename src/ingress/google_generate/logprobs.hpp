#pragma once

#include <string_view>

#include "breakwater/wire/json_writer.hpp"

namespace breakwater::google_generate {

/// `avgLogprobs` and `logprobsResult` (https://ai.google.dev/api/generate-content#LogprobsResult) of log probabilities
/// in the canonical shape.
void write_logprobs(JsonWriter& json, std::string_view logprobs);

}  // namespace breakwater::google_generate
