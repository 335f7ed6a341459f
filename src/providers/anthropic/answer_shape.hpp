#pragma once

#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/routing/deployment.hpp"
#include "message_stream.hpp"

namespace breakwater::anthropic {

/// What the encoder makes of the request, as far as the decoder has to know.
AnswerShape answer_shape(const ChatRequest& request, const Deployment& deployment);

}  // namespace breakwater::anthropic
