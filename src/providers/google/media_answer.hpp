#pragma once

#include <expected>
#include <string_view>

#include "breakwater/base/error.hpp"
#include "breakwater/canonical/stream_event.hpp"
#include "breakwater/wire/json_reader.hpp"
#include "breakwater/wire/json_writer.hpp"

// What requests for a picture and for speech have in common: one prompt, and an answer of which one thing is wanted.

namespace breakwater::google {

/// What is wanted, in the words of errors.
struct Product {
    std::string_view name;   ///< "picture"
    std::string_view param;  ///< the client's field that describes it
};

/// Writes the member `contents`: the prompt, as what a user says.
void write_prompt(JsonWriter& json, std::string_view text);

/// Refused for the words of the prompt or of the product, as the provider's `reason` says.
std::unexpected<Error> filtered_answer(const Product& product, std::string_view reason);

/// The failure of an answer without candidates: a prompt that was blocked, or no answer at all.
std::unexpected<Error> without_candidates(JsonReader::Element root, const Product& product);

/// Emits the MessageStart of an answer, and the usage that it counts, if any.
void emit_start(JsonReader::Element root, EventSink& sink);
void emit_usage(JsonReader::Element root, EventSink& sink);

}  // namespace breakwater::google
