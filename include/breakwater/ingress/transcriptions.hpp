#pragma once

#include <string>
#include <string_view>

#include "breakwater/base/error.hpp"
#include "breakwater/canonical/transcription_request.hpp"

namespace breakwater {

/// Reads the form of POST /v1/audio/transcriptions and /v1/audio/translations
/// (https://platform.openai.com/docs/api-reference/audio/createTranscription) into a `request` that holds `translate`
/// and nothing else, and takes its body. Fields that say nothing of the route go to the provider as they are. Errors:
/// as take_form; invalid_request for fields that routing needs and that are missing, repeated or not understood.
Result<void> decode_transcription_request(std::string& body, std::string_view boundary, TranscriptionRequest& request);

}  // namespace breakwater
