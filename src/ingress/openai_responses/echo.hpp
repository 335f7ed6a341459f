#pragma once

#include <string>

#include "breakwater/canonical/chat_request.hpp"

namespace breakwater::openai_responses_client {

/// What every answer repeats of its request, as the inside of an object. `stored`: the answer will be kept.
std::string echo_of(const ChatRequest& request, bool stored);

}  // namespace breakwater::openai_responses_client
