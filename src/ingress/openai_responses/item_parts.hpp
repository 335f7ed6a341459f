#pragma once

#include <string>
#include <string_view>

#include "breakwater/canonical/usage.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::openai_responses_client {

/// A citation as this API has it, whose places count from the beginning of its part: `text_before` code units stand in
/// earlier ones. `nested` is the chat API's form. Empty when it is no citation of an address.
std::string flat_citation(std::string_view nested, std::int64_t text_before);

/// The usage object, or null unless input and output are known. Details that are not known are null (C8).
void write_usage(JsonWriter& json, const Usage& usage);

}  // namespace breakwater::openai_responses_client
