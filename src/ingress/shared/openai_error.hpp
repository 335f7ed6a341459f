#pragma once

#include "breakwater/base/error.hpp"
#include "breakwater/wire/http_message.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::ingress {

/// The object below `error` in OpenAI's APIs: the four members that SDKs read are always there, and what the provider
/// said stands beside them (C9).
void write_error_object(JsonWriter& json, const Error& error);

/// `{"error":{...}}`.
void write_error_body(JsonWriter& json, const Error& error);

/// The whole answer: status, body, and the headers that tell an SDK whether and when to come again.
HttpResponse error_response(const Error& error);

}  // namespace breakwater::ingress
