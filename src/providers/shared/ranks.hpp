#pragma once

#include <string_view>

#include "breakwater/canonical/stream_event.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater {

/// Tells the sink of a ranking's results, a list of objects with `index` and a score, in whatever order they come. An
/// Error when one of them is about no document of the request, or about one that was ranked before.
Result<void> emit_ranks(JsonReader::Array results, std::string_view score, std::size_t documents, EventSink& sink);

}  // namespace breakwater
