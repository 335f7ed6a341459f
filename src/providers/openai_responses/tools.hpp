#pragma once

#include <string_view>

#include "../shared/encode_notes.hpp"
#include "../shared/tool_names.hpp"
#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::openai_responses {

/// The names of the request's tools as the API takes them.
ToolNames tool_names(const ChatRequest& request);

/// The members `tools`, `tool_choice` and `parallel_tool_calls`. Hosted tools go as the client wrote them; the chat
/// API's `web_search_options` become one.
void write_tools(JsonWriter& json, const ChatRequest& request, const ToolNames& names, EncodeNotes& notes);

}  // namespace breakwater::openai_responses
