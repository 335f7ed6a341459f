#pragma once

#include "breakwater/canonical/stream_event.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::ingress {

/// The vector as an array of numbers, whatever form the provider sent it in: the same 32-bit floats, bit by bit.
void write_numbers(JsonWriter& json, const EmbeddingEvent& event);

}  // namespace breakwater::ingress
