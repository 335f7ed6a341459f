#pragma once

#include <string>
#include <string_view>

#include "breakwater/canonical/chat_request.hpp"

namespace breakwater::openai_responses_client {

/// What a reasoning item has as `encrypted_content`: the provider's seal on its text, or the opaque data in its place.
/// Which of the two stands in front, so that content that a client had from elsewhere is not taken for ours.
std::string pack_content(std::string_view signature, std::string_view redacted);
/// Fills signature or redacted data. False for content that is not ours.
bool unpack_content(std::string_view content, ReasoningPart& part);

}  // namespace breakwater::openai_responses_client
