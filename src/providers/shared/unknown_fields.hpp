#pragma once

#include <span>
#include <string_view>

#include "breakwater/canonical/stream_event.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater {

/// Tells the sink of every member of `object` that is not among `known`; what is no object has none. For objects that
/// come once or twice in an answer, not for each of its pieces.
void report_unknown_fields(JsonReader::Element object, std::span<const std::string_view> known, EventSink& sink);

}  // namespace breakwater
