#pragma once

#include <string_view>

#include "../shared/encode_notes.hpp"
#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/routing/deployment.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::ollama {

/// Extension that holds options of the server, as its own clients send them; they win over what the request says in
/// other words.
inline constexpr std::string_view kOptionsMember = "options";

/// True for an option that clients may send at the top level, as they do to other servers of open models.
bool is_option(std::string_view name) noexcept;

/// The member `options`: sampling, limits, and the size of the context window.
void write_options(JsonWriter& writer, const ChatRequest& request, const Deployment& deployment, EncodeNotes& notes);

}  // namespace breakwater::ollama
