#pragma once

#include <string_view>

#include "breakwater/canonical/stream_event.hpp"
#include "breakwater/canonical/usage.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::ollama {

/// The counts of the last object of an answer. A prompt that was wholly cached is not counted by older servers, and
/// stays unknown.
Usage read_usage(JsonReader::Element answer);

FinishReason finish_reason(std::string_view native) noexcept;

/// Whether it is one of the API's words, so far; none at all is no news.
bool is_known_finish(std::string_view native) noexcept;

}  // namespace breakwater::ollama
