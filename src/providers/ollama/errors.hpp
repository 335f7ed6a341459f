#pragma once

#include <string_view>

#include "../shared/error_context.hpp"
#include "breakwater/base/error.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::ollama {

/// The failure that an answer with a status other than 2xx stands for; the body may be JSON, markup, text or nothing.
Error answer_error(std::string_view body, const ErrorContext& context);

/// The failure that an object with `error` inside an answer with status 200 stands for.
Error in_band_error(JsonReader::Element object, const ErrorContext& context);

}  // namespace breakwater::ollama
