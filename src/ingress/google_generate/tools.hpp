#pragma once

#include "draft.hpp"

namespace breakwater::google_generate {

/// `tools`: function declarations, and tools that the vendor runs itself; a plain search becomes web_search_options
/// (https://ai.google.dev/api/caching#Tool).
bool read_tools(const Value& tools, ChatRequest& out);
/// `toolConfig`: how the functions may be called (https://ai.google.dev/api/caching#ToolConfig).
bool read_tool_config(const Value& config, Draft& draft);

}  // namespace breakwater::google_generate
