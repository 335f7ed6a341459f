#pragma once

#include <memory>

#include "breakwater/wire/json_reader.hpp"
#include "parameters.hpp"

namespace breakwater::openai_responses_client {

/// Sets `request.sent`, when the bytes of `input`, `tools` or `instructions` in the body may go to a provider of this
/// dialect as they are. `root` is the body as JSON.
void keep_sent_text(const std::shared_ptr<SentText>& sent, JsonReader::Element root, Draft& draft);

}  // namespace breakwater::openai_responses_client
