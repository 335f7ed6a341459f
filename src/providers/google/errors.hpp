#pragma once

#include <string_view>

#include "../shared/error_context.hpp"
#include "breakwater/base/error.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::google {

/// The failure that an answer with a status other than 2xx stands for; the body may be JSON (in a list or not), markup,
/// text or nothing.
Error answer_error(std::string_view body, const ErrorContext& context);

/// The failure that an object with an `error` member (a google.rpc.Status) stands for, wherever it stood.
Error status_error(JsonReader::Element object, const ErrorContext& context);

}  // namespace breakwater::google
