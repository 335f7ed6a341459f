#pragma once

#include "request.hpp"

namespace breakwater::google {

/// Target, body and decoder of a request for speech: `:generateContent` of a model that speaks
/// (https://ai.google.dev/gemini-api/docs/speech-generation). It answers with samples, of which WAV is made.
Result<ProviderCall> encode_speech(const SpeechRequest& request, const EncodeContext& context,
                                   const Endpoint& endpoint);

}  // namespace breakwater::google
