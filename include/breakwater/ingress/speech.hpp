#pragma once

#include <memory>
#include <string>

#include "breakwater/canonical/speech_request.hpp"
#include "breakwater/ingress/ingress.hpp"

namespace breakwater {

// POST /v1/audio/speech (https://platform.openai.com/docs/api-reference/audio/createSpeech).

/// As Ingress::decode.
Result<void> decode_speech_request(std::string& body, JsonReader& reader, SpeechRequest& request);

/// Writes the sound as it comes: bare, or as server-sent events if these were asked for.
std::unique_ptr<ResponseEncoder> make_speech_encoder(EncoderContext&& context, const SpeechRequest& request);

}  // namespace breakwater
