#pragma once

#include <cstddef>

#include "value.hpp"

// Tools and the choice among them, as far as OpenAI's APIs say them alike.

namespace breakwater::ingress {

/// Far above what any provider takes; it bounds the work that is done per pair of tools.
inline constexpr std::size_t kToolsMax = 1024;
bool too_many_tools(const Value& tools);

/// What `{"name", "description", "parameters", "strict"}` says.
bool read_function(const Value& function, Tool& out);
/// What `{"name", "description", "format"}` says.
bool read_custom(const Value& custom, Tool& out);

/// `none`, `auto` or `required`.
bool read_choice_word(const Value& choice, ToolChoice& out);
/// Whether one of the allowed tools must be called.
bool read_allowed_mode(const Value& mode, ToolChoice& out);
/// Whether the choice, read from `given`, fits the tools: it needs something to choose from; switching off what is not
/// there is harmless, and common.
bool settle_tool_choice(const std::optional<Value>& given, ChatRequest& request);

}  // namespace breakwater::ingress
