#pragma once

#include <string_view>

#include "breakwater/canonical/stream_event.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::anthropic {

/// Token counts of a `usage` object. They are running totals: what a later object holds replaces what an earlier one
/// held.
Usage read_usage(JsonReader::Element usage);

/// `native` in canonical words; a word that is not known means stop, because a new one must not fail a request.
FinishReason finish_reason(std::string_view native) noexcept;

/// Whether it is one of the API's words, so far; none at all is no news.
bool is_known_finish(std::string_view native) noexcept;

}  // namespace breakwater::anthropic
