#pragma once

#include <string_view>

#include "breakwater/base/error.hpp"
#include "breakwater/wire/http_message.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::anthropic_messages {

/// `{"type":"error","error":{"type","message",...},"request_id"}` (https://docs.anthropic.com/en/api/errors), and
/// beside what the dialect has our own code, param, and what the provider said (C9). An event of a stream is the same.
void write_error_body(JsonWriter& json, const Error& error, std::string_view request_id);

/// The whole answer: status, body, and the headers that tell an SDK whether and when to come again.
HttpResponse error_response(const Error& error, std::string_view request_id);

}  // namespace breakwater::anthropic_messages
