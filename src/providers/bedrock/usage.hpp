#pragma once

#include <string_view>

#include "breakwater/canonical/stream_event.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::bedrock {

/// Token counts of a `usage` object; inputTokens leaves out what was read from or written to the cache.
Usage read_usage(JsonReader::Element usage);

/// `native` in canonical words; a word that is not known means stop, because a new one must not fail a request.
FinishReason finish_reason(std::string_view native) noexcept;

/// Stop reasons that say that the model's output made no sense: an answer only if there is something of it.
bool is_malformed(std::string_view native) noexcept;

/// Whether it is one of the API's words, so far; none at all is no news.
bool is_known_finish(std::string_view native) noexcept;

}  // namespace breakwater::bedrock
