#pragma once

#include <string_view>

#include "../shared/error_context.hpp"
#include "breakwater/base/error.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::cohere {

/// As the shared one, with the headers that are Cohere's own.
ErrorContext error_context(const HttpResponseHead& head);

/// The failure that an answer with a status other than 2xx stands for; the body may be JSON, markup, text or nothing.
Error answer_error(std::string_view body, const ErrorContext& context);

/// The failure that an object inside an answer with status 200 stands for: one with `error` or `message`, or the end of
/// a message that says why there is no more of it. `finish`: its finish reason, or empty.
Error in_band_error(JsonReader::Element object, std::string_view finish, const ErrorContext& context);

}  // namespace breakwater::cohere
