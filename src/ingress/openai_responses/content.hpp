#pragma once

#include "../shared/value.hpp"

namespace breakwater::openai_responses_client {

using ingress::Value;

/// Text, or a list of parts: what was put in, or what an assistant said. Appends to the message's parts.
bool read_content(const Value& content, Message& message);

}  // namespace breakwater::openai_responses_client
