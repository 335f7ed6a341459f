#pragma once

#include <string_view>

#include "../shared/encode_notes.hpp"
#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::ollama {

/// A level, or yes or no; clients that know the server may send it themselves.
inline constexpr std::string_view kThinkMember = "think";

/// The member `think`, a level or a yes or no; nothing when the request says nothing about reasoning.
void write_think(JsonWriter& writer, const ChatRequest& request, EncodeNotes& notes);

}  // namespace breakwater::ollama
