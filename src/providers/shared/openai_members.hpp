#pragma once

#include <string_view>

#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater {

// Members that OpenAI's two APIs have in common. What the client left out is left out.

void write_text(JsonWriter& json, JsonKey name, std::string_view value);
void write_raw(JsonWriter& json, JsonKey name, const JsonText& value);

/// `user`, or a hash of it where it is longer than OpenAI takes.
void write_user(JsonWriter& json, std::string_view user);
/// Who asks and what for, and what may be kept of it: no model depends on these.
void write_attribution(JsonWriter& json, const ChatRequest& request);

}  // namespace breakwater
