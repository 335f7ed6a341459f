#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::google {

/// A tool that the vendor runs itself.
struct HostedTool {
    std::string json{};   ///< the entry of `tools`: {"codeExecution":{}}
    bool search = false;  ///< a search of the web, in whatever words
};

/// From a definition in the vendor's own words ({"type":"google_search"}, code_execution, url_context) or in those of
/// other vendors for a web search; nothing for a kind that the API does not have.
std::optional<HostedTool> hosted_tool(std::string_view definition, JsonReader& reader);

/// True when the request has the model search the web, so that its answer may cite pages.
bool asks_for_search(const ChatRequest& request);

}  // namespace breakwater::google
