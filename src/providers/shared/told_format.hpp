#pragma once

#include <string>

#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/routing/deployment.hpp"

namespace breakwater {

// `response_format` in the dialects that have OpenAI's forms of it, where a model is not held to the one that was asked
// for. What the model answers then is read with make_unfenced_answer. Pure.

/// The form is told to the model in words: a schema where the capability map says `json_schema: emulated`, and any
/// object where `json_object` is emulated and there is no schema to say it by.
bool tells_format(const ChatRequest& request, const Deployment& deployment) noexcept;

/// Those words, for the system text; empty where there are none to tell.
std::string told_format(const ChatRequest& request, const Deployment& deployment);

/// The API's JSON mode goes with the words, and sees to the syntax: the deployment has it, and the schema is surely one
/// of an object, or there is none (the mode gives objects only, and would forbid another answer).
bool joins_json_mode(const ChatRequest& request, const Deployment& deployment);

}  // namespace breakwater
