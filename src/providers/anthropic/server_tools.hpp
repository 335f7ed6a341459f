#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "breakwater/wire/json_reader.hpp"

namespace breakwater::anthropic {

struct ServerTool {
    std::string json;
    bool mapped = false;  ///< it was another vendor's tool of the same kind
};

/// A tool that the provider runs itself: Anthropic's own as they are, OpenAI's web search as Anthropic's; nothing for
/// others.
std::optional<ServerTool> server_tool(std::string_view definition, JsonReader& reader);

/// One of Anthropic's own that needs no server of its, so that clouds have it as well: the model knows what it is
/// (bash, a text editor, a computer's screen, memory), and the client runs it; or the search among the tools
/// themselves.
bool is_serverless_tool(std::string_view definition, JsonReader& reader);

/// The web search tool for `web_search_options` of the chat-completions API.
std::string web_search_tool(std::string_view options);

}  // namespace breakwater::anthropic
