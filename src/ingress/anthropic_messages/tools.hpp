#pragma once

#include "../shared/value.hpp"

namespace breakwater::anthropic_messages {

using ingress::Value;

/// `tools`: the client's own are functions; Anthropic's, which have a type of their own, travel as they are. Members of
/// functions that no other dialect has (`input_examples` ...) are among the request's own words, by their place.
bool read_tools(const Value& tools, ChatRequest& request);

/// `tool_choice`, with `disable_parallel_tool_use`.
bool read_tool_choice(const Value& choice, ChatRequest& request);

}  // namespace breakwater::anthropic_messages
