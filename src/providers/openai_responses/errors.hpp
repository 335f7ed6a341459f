#pragma once

#include <string_view>

#include "../shared/error_context.hpp"
#include "breakwater/base/error.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::openai_responses {

/// An answer whose status says that it failed.
Error answer_error(std::string_view body, const ErrorContext& context);

/// An object that says so inside a good answer: an event `error`, or a response whose status is `failed`.
Error in_band_error(JsonReader::Element object, const ErrorContext& context);

}  // namespace breakwater::openai_responses
