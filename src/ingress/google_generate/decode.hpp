#pragma once

#include <string>

#include "breakwater/base/error.hpp"
#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::google_generate {

/// The body of a generateContent or streamGenerateContent, checked and typed; the model stands in the path. Names in
/// camel case and in snake case. Strict in what it knows, so that a mistake is named here with its path and not by a
/// provider in its own words; what it does not know is kept for providers of the same vendor.
/// Takes `body` over (ChatRequest::sent).
Result<void> decode_request(std::string& body, JsonReader& reader, ChatRequest& request);

/// The body of a countTokens: contents alone, or the whole request below `generateContentRequest`
/// (https://ai.google.dev/api/tokens).
Result<void> decode_count_request(std::string& body, JsonReader& reader, ChatRequest& request);

}  // namespace breakwater::google_generate
