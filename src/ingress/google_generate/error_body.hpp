#pragma once

#include "breakwater/base/error.hpp"
#include "breakwater/wire/http_message.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::google_generate {

/// `{"error":{"code","message","status","details"}}` (https://cloud.google.com/apis/design/errors): ErrorInfo has our
/// code as its reason and what the provider said beside it (C9), BadRequest the field at fault, RetryInfo the wait.
void write_error_body(JsonWriter& json, const Error& error);

/// The whole answer: status, body, and the headers that tell a client whether and when to come again. `listed`: an
/// array of one, as a stream without `alt=sse` is one.
HttpResponse error_response(const Error& error, bool listed);

}  // namespace breakwater::google_generate
