#pragma once

#include <string_view>

#include "breakwater/canonical/stream_event.hpp"
#include "breakwater/canonical/usage.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::cohere {

/// The counts of a `usage` object: what the model read and wrote, not what is billed, which leaves out the API's own
/// part of the prompt.
Usage read_usage(JsonReader::Element usage);

/// The canonical reason, for words other than those that `is_failure` knows.
FinishReason finish_reason(std::string_view native) noexcept;

/// True when the word says that there is no complete answer.
bool is_failure(std::string_view native) noexcept;

/// Whether it is one of the API's words, so far; none at all is no news.
bool is_known_finish(std::string_view native) noexcept;

}  // namespace breakwater::cohere
