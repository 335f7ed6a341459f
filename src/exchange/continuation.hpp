#pragma once

#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/routing/deployment.hpp"
#include "sent_answer.hpp"

namespace breakwater {

/// True when a model can be asked to go on with the answer as the client has it: one choice, and nothing in it but
/// text, which has no form to keep that a model which sees only its beginning would break.
[[nodiscard]] bool can_be_continued(const ChatRequest& request, const SentAnswer& sent);

/// True when the capability map says that the deployment goes on with a part of an answer, and it would not begin by
/// reasoning anew.
[[nodiscard]] bool goes_on(const Deployment& deployment, const ChatRequest& request) noexcept;

/// The request for the rest of the answer: the conversation ends with the text that was sent, but for white space at
/// its end, and the limit of tokens is what is left of it by estimate. Only of what `can_be_continued`.
[[nodiscard]] ChatRequest request_for_rest(const ChatRequest& request, const SentAnswer& sent);

}  // namespace breakwater
