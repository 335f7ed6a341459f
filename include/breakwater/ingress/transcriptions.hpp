#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "breakwater/base/error.hpp"
#include "breakwater/canonical/transcription_request.hpp"
#include "breakwater/ingress/body_judge.hpp"

namespace breakwater {

/// Reads the form of POST /v1/audio/transcriptions and /v1/audio/translations
/// (https://platform.openai.com/docs/api-reference/audio/createTranscription) into a `request` that holds `translate`
/// and nothing else, and takes its body. Fields that say nothing of the route go to the provider as they are. Errors:
/// as take_form; invalid_request for fields that routing needs and that are missing, repeated or not understood.
Result<void> decode_transcription_request(std::string& body, std::string_view boundary, TranscriptionRequest& request);

/// The model that the start of a form's body names, where that is enough to begin with: its file has begun, and the
/// model stands before that. Else nothing.
std::optional<std::string> model_of_transcription_start(std::string_view start, std::string_view boundary);

/// As decode_transcription_request, of the start of a body that is enough. Returns who judges the rest: no second file
/// may come, and no model; what else stands behind the file goes to the provider as it is.
Result<std::unique_ptr<BodyJudge>> decode_transcription_start(std::string& start, std::string_view boundary,
                                                              TranscriptionRequest& request);

}  // namespace breakwater
